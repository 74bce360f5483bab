"""How often assertions are right, and how fast they come, against negspacy (NegEx).

    python benchmarks/assertion.py

- examples: 171 texts in tests/ingest/data/assertion.txt, written before the rules, but by who then wrote the rules.
- mtsamples: entities in clinical notes, found by their names in the packaged MeSH and labelled by one reader,
  before there were rules (assertion_mtsamples.tsv: 16 hex digits of the note's sha256, offsets, status).
  `random` is a random sample, `cued` one of entities whose sentence has a word that may matter. Only notes with an odd
  sha256 are in it; some of the even ones were looked at while the rules were written. The reader wrote the rules
  afterwards, so this is no blind test.
- case reports: findings and conditions that the annotators joined to a negation ("no", "without", "denied") against all
  others, in the half not looked at. They mark by far not every negation, so precision here is a lower bound. Findings
  joined to another modifier with a negation in it ("negative", "no acute findings") are left out: tests, mostly.
- speed: the same entities of the same notes; ours with its sentences; negspacy with spaCy's tokenizer and sentencizer,
  and by itself. One thread; the median of interleaved rounds.
"""

import argparse
import csv
import gzip
import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

from graph.open_graph import local_graph
from graph.packaged import packaged_graph
from ingest.annotate import lexicon_over
from ingest.assertion import assertion, findings
from ingest.detect import detect

HERE = Path(__file__).parent
EXAMPLES = HERE.parent / "tests" / "ingest" / "data" / "assertion.txt"
NEGATION = re.compile(
    r"no|not|without|n?either|nor|denie[ds]|denying|absent|absence of|never|none"
    r"|(no|without) ((any|other|further|obvious|associated) )?(evidence|signs?|history|associated|features)?( of)?"
    r"|((was|were) )?not (observed|seen|noted|found|present)",
    re.IGNORECASE,
)
SOME_NEGATION = re.compile(
    r"\b(no|not|without|n?either|nor|denie[ds]|negative|never|absen\w+|none|lack\w*)\b|n't", re.I
)


class Marked(NamedTuple):
    """A text with spans in it and what a reader says of each."""

    text: str
    spans: list[tuple[int, int]]
    statuses: list[str]


def examples() -> Iterator[Marked]:
    for line in EXAMPLES.read_text(encoding="utf-8").splitlines():
        marked = Marked("", [], [])
        for part in re.split(r"(\{[^}]*\})", "" if line.startswith("#") else line.replace("\\n", "\n")):
            words, bar, status = part.strip("{}").rpartition("|") if part.startswith("{") else (part, "", "")
            if bar:
                marked.spans.append((len(marked.text), len(marked.text) + len(words)))
                marked.statuses.append(status)
            marked = marked._replace(text=marked.text + words)
        if marked.spans:
            yield marked


def notes(data: Path) -> dict[str, str]:
    """Return the notes of mtsamples by the beginning of their sha256."""
    with gzip.open(data / "text/mtsamples/mtsamples.csv.gz", "rt", encoding="utf-8", newline="") as file:
        texts = {row["transcription"] for row in csv.DictReader(file)} - {""}
    return {hashlib.sha256(text.encode()).hexdigest()[:16]: text for text in sorted(texts)}


def labelled(data: Path, sample: str) -> Iterator[Marked]:
    texts = notes(data)
    with (HERE / "assertion_mtsamples.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["sample"] == sample:
                yield Marked(texts[row["note"]], [(int(row["start"]), int(row["end"]))], [row["assertion"]])


def case_reports(data: Path) -> Iterator[Marked]:
    for report in json.loads((data / "text/medical_case_reports/case_reports.json").read_text(encoding="utf-8")):
        if int(hashlib.sha256(report["id"].encode()).hexdigest(), 16) % 2 == 0:
            continue
        entities = {e["id"]: e for e in report["entities"]}
        absent, unclear = set(), set()
        for relation in report["relations"]:
            ends = {node["role"]: entities.get(node["refid"]) for node in relation["nodes"]}
            if relation["infons"]["type"] == "modifies" and ends.get("Governor") and ends.get("Dependent"):
                modifier, span = " ".join(ends["Governor"]["text"].split()), tuple(ends["Dependent"]["spans"][0])
                if NEGATION.fullmatch(modifier):
                    absent.add(span)
                elif SOME_NEGATION.search(modifier):
                    unclear.add(span)
        named = (e for e in report["entities"] if e["type"] in {"finding", "condition"} and len(e["spans"]) == 1)
        spans = sorted({tuple(e["spans"][0]) for e in named} - (unclear - absent))
        yield Marked(report["text"], spans, ["absent" if span in absent else "other" for span in spans])


def ours(marked: Marked) -> list[str]:
    return [assertion(said) for said in findings(marked.text, marked.spans)]


def ours_negated(marked: Marked) -> list[str]:
    return ["absent" if "absent" in said else "other" for said in findings(marked.text, marked.spans)]


class Negspacy:
    """negspacy on spans that are given, with spaCy's tokenizer and sentencizer."""

    def __init__(self) -> None:
        import spacy
        from negspacy.negation import Negex

        self.nlp = spacy.blank("en")
        self.sentences = self.nlp.add_pipe("sentencizer")
        self.negex: Negex = self.nlp.add_pipe("negex")

    def prepared(self, text: str, spans: Iterable[tuple[int, int]]) -> Any:
        doc = self.sentences(self.nlp.make_doc(text))
        free, ents = 0, []
        for start, end in sorted(spans):
            ent = doc.char_span(start, end, label="X", alignment_mode="expand")
            if ent is not None and ent.start >= free:
                ents.append(ent)
                free = ent.end
        doc.ents = ents
        return doc

    def __call__(self, marked: Marked) -> list[str]:
        """Return absent or other for each span; one span at a time, as some overlap."""
        said = {}
        for span in marked.spans:
            (ent,) = self.negex(self.prepared(marked.text, [span])).ents
            said[span] = "absent" if ent._.negex else "other"
        return [said[span] for span in marked.spans]


def by_class(texts: Iterable[Marked], answer) -> dict[str, Any]:
    pairs: Counter[tuple[str, str]] = Counter()
    for marked in texts:
        pairs.update(zip(marked.statuses, answer(marked), strict=True))
    right = {status: n for (status, said), n in pairs.items() if status == said}
    classes = sorted({status for status, _ in pairs})
    return {
        "entities": pairs.total(),
        "accuracy": round(sum(right.values()) / pairs.total(), 4),
        "classes": {
            status: {
                "entities": (n := sum(k for (gold, _), k in pairs.items() if gold == status)),
                "recall": round(right.get(status, 0) / n, 4),
                "precision": round(
                    right.get(status, 0) / max(1, sum(k for (_, said), k in pairs.items() if said == status)), 4
                ),
            }
            for status in classes
        },
    }


def as_negation(marked: Marked) -> Marked:
    return marked._replace(statuses=["absent" if status == "absent" else "other" for status in marked.statuses])


def speed(texts: list[Marked], rounds: int) -> dict[str, Any]:
    negspacy = Negspacy()
    docs = [negspacy.prepared(*marked[:2]) for marked in texts]
    work = {
        "ours": lambda: [ours(marked) for marked in texts],
        "negspacy with tokenizer and sentencizer": lambda: [
            negspacy.negex(negspacy.prepared(*marked[:2])) for marked in texts
        ],
        "negspacy alone": lambda: [negspacy.negex(doc) for doc in docs],
    }
    spent: dict[str, list[float]] = {name: [] for name in work}
    for turn in range(rounds + 1):
        for name, job in work.items():
            start = perf_counter()
            job()
            if turn:  # the first fills caches
                spent[name].append(perf_counter() - start)
    return {
        "notes": len(texts),
        "characters": sum(len(marked.text) for marked in texts),
        "entities": sum(len(marked.spans) for marked in texts),
        "notes_per_second": {name: round(len(texts) / median(times), 1) for name, times in spent.items()},
        "seconds": spent,
    }


def timed_notes(data: Path, n: int) -> list[Marked]:
    lexicon = lexicon_over(local_graph(packaged_graph()))
    texts = [text for digest, text in sorted(notes(data).items())][:n]
    return [Marked(text, [(m.start, m.end) for m in detect(text, lexicon)], []) for text in texts]


def main() -> None:
    """Measure, print and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    data = Path(os.environ.get("KGBERT_DATA") or HERE.parents[1] / "shared" / "data")
    parser.add_argument("--data", type=Path, default=data)
    parser.add_argument("--notes", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=HERE / "results" / "assertion.json")
    args = parser.parse_args()
    sets = {
        "examples": list(examples()),
        "mtsamples random": list(labelled(args.data, "random")),
        "mtsamples cued": list(labelled(args.data, "cued")),
        "case reports": list(case_reports(args.data)),
    }
    negspacy = Negspacy()
    figures: dict[str, Any] = {
        "all classes": {name: by_class(texts, ours) for name, texts in sets.items() if name != "case reports"},
        "negation": {
            name: {
                "ours": by_class(map(as_negation, texts), ours_negated),
                "negspacy": by_class(map(as_negation, texts), negspacy),
            }
            for name, texts in sets.items()
        },
        "speed": speed(timed_notes(args.data, args.notes), args.rounds),
    }
    args.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    figures["speed"].pop("seconds")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
