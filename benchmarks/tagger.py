"""Names of diseases and chemicals in abstracts: how fast, beside automata that know no normal forms.

    python benchmarks/tagger.py

The names are those of MeSH's diseases and chemicals, the texts the abstracts of BC5CDR's test set for speed and of its
development set for strict spans (any type); the test set is not scored. Every side works alone on one thread, on the
same texts, after one round to warm up; of five rounds the fastest counts, in processor seconds (`cpu`). `one_by_one`
asks for each text alone. pyahocorasick and flashtext get the names in lower case and find them as whole words; of
overlapping ones the leftmost wins, then the longest, as here. They know neither plurals nor British spellings nor
words in another order, keep no rule of case, and follow no abbreviation that a text defines.
"""

import argparse
import json
import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ingest.detect import detect, detect_all
from ingest.document import Document
from ingest.evaluate import Scores
from ingest.lexicon import Lexicon
from linking import BC5CDR, DATA, Names, corpus, mesh

RESULTS = Path(__file__).parent / "results" / "tagger.json"
TYPES = frozenset({"Chemical", "Disease"})
ROUNDS = 5

Tagger = Callable[[list[str]], list[list[tuple[int, int]]]]


def main() -> None:
    """Measure and write the results."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    results: dict[str, object] = {"python": platform.python_version(), "load": os.getloadavg()}
    with tempfile.TemporaryDirectory() as folder:
        lexicon = Lexicon.compile(Names([mesh(DATA)]), Path(folder) / "lexicon", types=TYPES)
        names = {name.text.lower() for place in range(len(lexicon.keys)) for name in lexicon.rows(place)}
        results |= {"keys": len(lexicon.keys), "names": len(names)}
        texts, gold = [document.text for document in corpus(BC5CDR[2:])], corpus(BC5CDR[1:2])
        results["texts"], results["characters"] = len(texts), sum(map(len, texts))
        makers: dict[str, Callable[[], Tagger]] = {
            "kgbert": lambda: together(lexicon),
            "one_by_one": lambda: one_by_one(lexicon),
            "pyahocorasick": lambda: aho_corasick(names),
            "flashtext": lambda: flashtext(names),
        }
        for title, make in makers.items():
            start = time.process_time()
            try:
                tagger = make()
            except ImportError as error:
                results[title] = f"not installed: {error.name}"
                continue
            built = time.process_time() - start
            results[title] = {"ready_s": round(built, 2), **speed(tagger, texts), "dev_spans": spans(tagger, gold)}
            print(title, json.dumps(results[title]), flush=True)
    ours, theirs = results["kgbert"], results["pyahocorasick"]
    if isinstance(ours, dict) and isinstance(theirs, dict):
        results["ratio_to_pyahocorasick"] = round(ours["texts_per_second"] / theirs["texts_per_second"], 2)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")


def speed(tagger: Tagger, texts: list[str]) -> dict[str, object]:
    """Return texts a second of processor time, and how much was found."""
    seconds = []
    for _ in range(ROUNDS + 1):
        start = time.process_time()
        found = tagger(texts)
        seconds.append(time.process_time() - start)
    return {
        "texts_per_second": round(len(texts) / min(seconds[1:])),
        "first_round": round(len(texts) / seconds[0]),
        "found": sum(map(len, found)),
    }


def spans(tagger: Tagger, gold: list[Document]) -> dict[str, float]:
    """Return precision, recall and F1 of the places that ``tagger`` finds."""
    found = {(d.id, *span) for d, own in zip(gold, tagger([d.text for d in gold]), strict=True) for span in own}
    wanted = {(document.id, entity.start, entity.end) for document in gold for entity in document.entities}
    scores = Scores(len(found & wanted), len(found), len(wanted))
    return {name: round(getattr(scores, name), 4) for name in ("precision", "recall", "f1")}


def together(lexicon: Lexicon) -> Tagger:
    """Return kgbert's tagger, all texts at once."""
    return lambda texts: [[(m.start, m.end) for m in found] for found in detect_all(texts, lexicon, TYPES)]


def one_by_one(lexicon: Lexicon) -> Tagger:
    """Return kgbert's tagger, asked for each text."""
    return lambda texts: [[(m.start, m.end) for m in detect(text, lexicon, TYPES)] for text in texts]


def aho_corasick(names: Iterable[str]) -> Tagger:
    """Return the automaton of pyahocorasick, with a check of what stands beside a name."""
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for name in names:
        automaton.add_word(name, len(name))
    automaton.make_automaton()

    def whole_words(text: str) -> Iterator[tuple[int, int]]:
        for last, length in automaton.iter(text):
            start, end = last + 1 - length, last + 1
            if not (start and text[start - 1].isalnum()) and not text[end : end + 1].isalnum():
                yield start, end

    return lambda texts: [leftmost_longest(whole_words(text.lower())) for text in texts]


def flashtext(names: Iterable[str]) -> Tagger:
    """Return flashtext's keyword processor."""
    from flashtext import KeywordProcessor

    processor = KeywordProcessor()
    for name in names:
        processor.add_keyword(name)
    return lambda texts: [[place[1:] for place in processor.extract_keywords(t, span_info=True)] for t in texts]


def leftmost_longest(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans that do not overlap."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


if __name__ == "__main__":
    main()
