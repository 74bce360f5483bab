"""gilda: names normalised and looked up exactly, ranked by how capitals, dashes and the name's status agree.

Settings: `Grounder` over a terms file (`dump_terms`, its own format) made from the names, `gilda.ner.annotate` for raw
text and `Grounder.ground_best` for marked spans, with the defaults of both; a concept's type is the namespace of its
terms, which is how gilda restricts what a marked span may be. Its disambiguation models are about other ontologies and
would be downloaded: their tables are empty. `gilda.ner` wants NLTK's stop words, another download; scikit-learn's,
which gilda installs, take their place.
"""

from pathlib import Path

from peer import Link, Name, Peer, Text, by_text, give_stop_words, main
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS


def build(names: list[Name], _: list[Text], folder: Path) -> None:
    from gilda.process import normalize
    from gilda.term import Term, dump_terms, filter_out_duplicates

    preferred = {name.id: name.name for name in names if name.preferred}
    terms = [
        Term(norm, name.name, name.type, name.id, preferred[name.id], status, "benchmark")
        for name in names
        for norm in [normalize(name.name)]
        for status in ["name" if name.preferred else "synonym"]
        if norm.strip()
    ]
    dump_terms(filter_out_duplicates(terms), str(folder / "terms.tsv.gz"))


def open_(folder: Path) -> object:
    from gilda.grounder import Grounder

    grounder = Grounder(folder / "terms.tsv.gz")
    grounder.adeft_disambiguators, grounder.gilda_disambiguators = {}, {}
    return grounder


def find(grounder: object, text: Text) -> list[Link]:
    from gilda.ner import annotate

    found = annotate(text.text, grounder=grounder)
    return [Link(it.start, it.end, it.matches[0].term.id, it.matches[0].score) for it in found]


def spans(grounder: object, text: Text) -> list[Link]:
    found = []
    for start, end, type in text.mentions:
        match = grounder.ground_best(text.text[start:end], namespaces=[type])
        if match is not None:
            found.append(Link(start, end, match.term.id, match.score, type))
    return found


if __name__ == "__main__":
    give_stop_words(ENGLISH_STOP_WORDS)
    import gilda.ner  # so that it is not imported on the clock

    assert gilda.ner
    main(Peer(("gilda", "nltk", "scikit-learn"), build, open_, {"raw": by_text(find), "gold": by_text(spans)}))
