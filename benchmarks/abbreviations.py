"""Abbreviations that ours and scispaCy's AbbreviationDetector find in the same abstracts.

    python benchmarks/abbreviations.py

Both read BC5CDR, NCBI disease and BioRED, on which our rules were written (every part of them was looked at, so what
gold says there is no held-out figure), and ChemProt, which was not looked at and has no concept ids. A definition is a
short form with the span of its long form. Where only one of the two finds it, `kind` says why. Gold decides who is
right: a definition is *confirmed* if both its spans are gold mentions of one concept, *contradicted* if they are gold
mentions of different ones.
"""

import argparse
import json
import os
import re
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest import abbreviations as ours
from ingest.corpora import lines, pubtator
from ingest.document import Document

CORPORA = {
    "BC5CDR": "bc5cdr/CDR_*Set.PubTator.txt",
    "NCBI disease": "ncbi_disease/NCBI*_corpus.txt",
    "BioRED": "biored/*.PubTator",
    "ChemProt": "chemprot/*/chemprot_*_abstracts.tsv",
}
RESULTS = Path(__file__).parent / "results" / "abbreviations.json"


@dataclass(frozen=True, slots=True)
class Definition:
    short: str
    long_start: int
    long_end: int
    start: int  # of the short form, where it is defined
    end: int


def documents(data: Path, corpus: str) -> list[Document]:
    paths = sorted((data / "corpora").glob(CORPORA[corpus]))
    if corpus == "ChemProt":
        rows = [line.split("\t") for path in paths for line in lines.read(path)]
        return [Document(id, f"{title} {abstract}") for id, title, abstract in rows]
    return [d for path in paths for d in pubtator.read(path)]


def found_by_us(text: str) -> list[Definition]:
    return [Definition(a.short, a.long_start, a.long_end, a.short_start, a.short_end) for a in ours.abbreviations(text)]


def scispacy() -> Callable[[str], list[Definition]]:
    import spacy
    from scispacy import abbreviation  # noqa: F401  the import adds the component to spaCy

    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("abbreviation_detector")

    def find(text: str) -> list[Definition]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # W036: no definition in this text
            doc = nlp(text)
        places: dict[tuple[str, int, int], list[tuple[int, int]]] = {}
        for short in doc._.abbreviations:
            long = short._.long_form
            key = (short.text, long.start_char, long.end_char)
            places.setdefault(key, []).append((short.start_char, short.end_char))
        nearest = {key: min(where, key=lambda at: (abs(at[0] - key[2]), at)) for key, where in places.items()}
        return [Definition(*key, *at) for key, at in sorted(nearest.items())]

    return find


def differences(text: str, ours: list[Definition], theirs: list[Definition]) -> Iterator[tuple[str, Definition, str]]:
    """Yield (who, definition, kind) for each definition that only one side has."""
    spans = {(d.short, d.long_start, d.long_end) for d in ours} & {(d.short, d.long_start, d.long_end) for d in theirs}
    for who, mine, other in (("ours", ours, theirs), ("scispaCy", theirs, ours)):
        for d in mine:
            if (d.short, d.long_start, d.long_end) not in spans:
                same = any(
                    d.short == o.short and d.long_start < o.long_end and o.long_start < d.long_end for o in other
                )
                yield who, d, "another begin or end" if same else kind(text, d, who, other)


def kind(text: str, d: Definition, who: str, other: list[Definition]) -> str:
    long = text[d.long_start : d.long_end]
    if any(d.short == o.short for o in other):
        return "defined twice, the other place taken"
    if who == "ours":
        return _kind_of_ours(text, d, long, other)
    if not ours._balanced(long) or ours._ASIDE.match(long):
        return "brackets of the long form are not balanced"
    if ours._SENTENCE_END.search(long):
        return "the long form begins in another sentence"
    if len(long) <= len(d.short) or ours._words(d.short) in ours._words(long):
        return "the long form is, or contains, the short form"
    if not ours._is_short(d.short) or not ours._is_plausible(d.short, long) or d.short.islower():
        return "an ordinary word or phrase as short form"
    if text[d.start - 1] == "-":
        return "the end of a compound as short form"
    return "unexplained"


def _kind_of_ours(text: str, d: Definition, long: str, other: list[Definition]) -> str:
    if any(long == text[o.long_start : o.long_end] for o in other):
        return "a second short form of one long form"
    parts = re.findall(r"[^\s/'.-]+|[/'.-]", d.short)
    parts += re.findall(r"(?<=\d)[a-z]$", d.short)  # spaCy splits off a unit
    if not all(2 <= len(part) < 10 for part in parts) or not d.short[0].isalpha() or _letters(d.short) < 0.5:
        return "hyphen, slash, point or digits in the short form"
    if text[d.end : d.end + 2] == "):":
        return "a colon after the parentheses, which spaCy reads as a face"
    if not re.fullmatch(r"\(\S+\)[\s.,;)]", text[d.start - 1 : d.end + 2]):
        return "more than the short form in or at the parentheses"
    if len(re.findall(r"\w+|[^\w\s]|\s{2,}", long)) > min(len(d.short) + 5, 2 * len(d.short)):
        return "a long form of more pieces than words, for which scispaCy looks back too little"
    return "unexplained"


def _letters(short: str) -> float:
    return sum(map(str.isalpha, short)) / len(short)


def judged(document: Document, definition: Definition) -> str:
    at: dict[tuple[int, int], set[str | None]] = {}
    for entity in document.entities:
        at.setdefault((entity.start, entity.end), set()).add(entity.id)
    long = at.get((definition.long_start, definition.long_end))
    short = at.get((definition.start, definition.end))
    if not long or not short:
        return "not in gold"
    return "confirmed" if long & short else "contradicted"


def compare(corpus: list[Document]) -> dict[str, Any]:
    find = scispacy()
    find("Warm up.")
    start = time.perf_counter()
    theirs = [find(d.text) for d in corpus]
    middle = time.perf_counter()
    mine = [found_by_us(d.text) for d in corpus]
    end = time.perf_counter()
    kinds: Counter[tuple[str, str]] = Counter()
    equal = 0
    for document, m, t in zip(corpus, mine, theirs, strict=True):
        found = list(differences(document.text, m, t))
        equal += not found
        kinds.update((who, kind) for who, _, kind in found)
    return {
        "documents": len(corpus),
        "documents_equal": equal,
        "definitions": {"ours": sum(map(len, mine)), "scispaCy": sum(map(len, theirs))},
        "shared": sum(map(len, mine)) - sum(n for (who, _), n in kinds.items() if who == "ours"),
        "only": {who: {k: n for (w, k), n in sorted(kinds.items()) if w == who} for who in ("ours", "scispaCy")},
        "gold": {
            who: dict(
                sorted(Counter(judged(d, a) for d, found in zip(corpus, all, strict=True) for a in found).items())
            )
            for who, all in (("ours", mine), ("scispaCy", theirs))
        },
        "documents_per_second": {
            "ours": round(len(corpus) / (end - middle)),
            "scispaCy": round(len(corpus) / (middle - start)),
        },
    }


def main() -> None:
    root = Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description="Compare our abbreviations with scispaCy's.")
    parser.add_argument("--data", type=Path, default=os.environ.get("KGBERT_DATA") or root.parent / "shared" / "data")
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    results = {name: compare(documents(arguments.data, name)) for name in CORPORA}
    for name, found in results.items():
        speed = found["documents_per_second"]
        print(f"\n{name}: {found['documents']} documents, {found['documents_equal']} equal; ", end="")
        print(f"definitions {found['definitions']}, shared {found['shared']}; documents/s {speed}")
        for who in ("ours", "scispaCy"):
            print(f"  {who} against gold: {found['gold'][who]}")
            for kind, n in found["only"][who].items():
                print(f"  only {who:8} {n:4}  {kind}")
    arguments.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
