"""Make up a release of the UMLS Metathesaurus, in the published format and of any size; not a row of it is real.

    python scripts/make_umls.py OUT --concepts 4000000 --names 15000000 --relations 30000000 --seed 0

The sizes are those of the graph that is read from it with the usual settings: live concepts, their English names, and
relations. The tables in OUT/META have more rows: every relation from both ends, names that repeat, names in other
languages, suppressed rows, retired CUIs. Vocabularies give contradicting hierarchies only with ``--cycles``; otherwise
the broader concept always has the lower CUI. Low CUIs have most names and relations, by a power law. The same arguments
give the same bytes. What was made is printed as JSON.
"""

import argparse
import itertools
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

BLOCK = 100_000
GAP = 51  # every CUI number that it divides is retired
MAX_CONCEPTS = 9_000_000
SABS = {  # vocabulary: its preferred and its other term types, and how it writes codes
    "SNOMEDCT_US": ("PT", "SY", "1{:07d}"),
    "MSH": ("MH", "ET", "D{:06d}"),
    "NCI": ("PT", "SY", "C{}"),
    "HPO": ("PT", "SY", "HP:{:07d}"),
    "RXNORM": ("IN", "SY", "{}"),
    "MDR": ("PT", "LLT", "1{:07d}"),
    "ICD10CM": ("PT", "ET", "X{:05d}"),
    "LNC": ("LC", "LS", "LP{}-1"),
    "MTH": ("PN", "SY", "NOCODE"),
}
FOREIGN = {"SPA": "SCTSPA", "GER": "MSHGER", "FRE": "MSHFRE", "JPN": "MDRJPN"}
TYPES = """T047|B2.2.1.2.1|Disease or Syndrome T191|B2.2.1.2.1.2|Neoplastic Process T184|A2.2.2|Sign or Symptom
T033|A2.2|Finding T121|A1.4.1.1.1|Pharmacologic Substance T109|A1.4.1.2.1|Organic Chemical
T023|A1.2.3.1|Body Part, Organ, or Organ Component T061|B1.3.1.3|Therapeutic or Preventive Procedure
T116|A1.4.1.2.1.7|Amino Acid, Peptide, or Protein T028|A1.2.3.5|Gene or Genome""".replace(" T", "\nT").split("\n")
TAILS = """
disorder syndrome disease finding acute chronic primary secondary congenital acquired severe mild recurrent unspecified
NOS NEC tablet injection level measurement structure procedure
""".split()


class Kind(NamedTuple):
    """Relations of one label and vocabulary: what MRREL says in the row of the subject, and in that of the object."""

    there: str
    back: str
    sab: str
    hierarchy: bool = False
    symmetric: bool = False


KINDS = (  # the first is the tree that every concept hangs on
    Kind("PAR|inverse_isa", "CHD|isa", "SNOMEDCT_US", hierarchy=True),
    Kind("PAR|", "CHD|", "MSH", hierarchy=True),
    Kind("PAR|", "CHD|", "MDR", hierarchy=True),
    Kind("RB|", "RN|", "MTH", hierarchy=True),
    Kind("RO|finding_site_of", "RO|has_finding_site", "SNOMEDCT_US"),
    Kind("RO|causative_agent_of", "RO|has_causative_agent", "SNOMEDCT_US"),
    Kind("RO|associated_morphology_of", "RO|has_associated_morphology", "SNOMEDCT_US"),
    Kind("RO|may_be_treated_by", "RO|may_treat", "MED-RT"),
    Kind("RO|ingredient_of", "RO|has_ingredient", "RXNORM"),
    Kind("RO|gene_associated_with_disease", "RO|disease_has_associated_gene", "NCI"),
    Kind("QB|", "AQ|", "MSH"),
    Kind("RO|", "RO|", "MTH", symmetric=True),
    Kind("SIB|", "SIB|", "MDR", symmetric=True),
    Kind("RQ|", "RQ|", "NCI", symmetric=True),
)
SHARES = np.array([10, 12, 6, 4, 12, 6, 8, 4, 6, 2, 6, 8, 14, 2]) / 100
CONTRADICTING = Kind("PAR|", "CHD|", "CCPSS", hierarchy=True)
UNTAKEN = (Kind("RO|part_of", "RO|has_part", "NCI"), Kind("XR|", "XR|", "MTH"))
INVERSES = ["isa inverse_isa"] + [
    f"{kind.there.partition('|')[2]} {kind.back.partition('|')[2]}"
    for kind in (*KINDS[1:], UNTAKEN[0])
    if not kind.there.endswith("|")
]


class Made(NamedTuple):
    """What a graph holds that is read from the release with the usual settings, and how long two tables are."""

    concepts: int
    obsolete: int
    names: int
    relations: int
    left_out_concepts: int
    mrconso_rows: int
    mrrel_rows: int


def make_umls(out: Path, *, concepts: int, names: int, relations: int, seed: int = 0, cycles: int = 0) -> Made:
    if not 2 <= concepts <= MAX_CONCEPTS or names < concepts:
        raise ValueError(f"expected 2 to {MAX_CONCEPTS:,} concepts and a name for each; got {concepts:,} and {names:,}")
    if not concepts - 1 <= relations <= concepts * (concepts - 1) // 8 or cycles >= concepts:
        raise ValueError(f"{concepts:,} concepts cannot have {relations:,} relations, or {cycles:,} cycles")
    meta = out / "META"
    meta.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    dark = max(1, concepts // 200)
    gone = list(_retired(rng, concepts))
    n_gone = write(meta / "MRCUI.RRF", gone) - sum("|SUBX|" in row for row in gone)
    n_atoms = write(meta / "MRCONSO.RRF", _atoms(rng, concepts, names, dark))
    write(meta / "MRSTY.RRF", _types(rng, concepts + dark))
    write(meta / "MRDEF.RRF", _definitions(rng, concepts))
    edges = _edges(rng, concepts, relations, cycles)
    n_rows = write(meta / "MRREL.RRF", _relations(edges, concepts))
    write(meta / "MRDOC.RRF", _doc(seed))
    ranked = reversed([(sab, tty) for sab, terms in SABS.items() for tty in terms[:2]])
    write(meta / "MRRANK.RRF", (f"{rank:04d}|{sab}|{tty}|N|\n" for rank, (sab, tty) in enumerate(ranked, start=1)))
    return Made(concepts + n_gone, n_gone, names, relations + cycles, dark, n_atoms, n_rows)


def write(path: Path, rows: Iterable[str]) -> int:
    """Write ``rows``; return how many they are."""
    n = 0
    with path.open("w", encoding="utf-8", newline="\n", buffering=1 << 20) as file:
        rows = iter(rows)
        while block := list(itertools.islice(rows, BLOCK)):
            file.write("".join(block))
            n += len(block)
    return n


def cui(concept):
    """Return the CUI number of a concept (or of an array of them)."""
    return concept + concept // (GAP - 1) + 1


def towards_low(rng, bounds, power: float):
    """Return a number below each of ``bounds``, the low ones most often."""
    return (np.asarray(bounds) * rng.random(np.shape(bounds)) ** power).astype(np.int64)


def _retired(rng, concepts: int) -> Iterator[str]:
    fates = rng.integers(0, 4, (concepts - 1) // (GAP - 1))
    heirs = cui(rng.integers(0, concepts, len(fates)))
    for place, (fate, heir) in enumerate(zip(fates.tolist(), heirs.tolist(), strict=True), start=1):
        rel, target = (("SY", f"C{heir:07d}|Y"), ("DEL", "|"), ("RB", f"C{heir:07d}|Y"), ("SUBX", "|"))[fate]
        yield f"C{GAP * place:07d}|2019AA|{rel}|||{target}|\n"


def _vocabulary(rng, n: int = 20_000) -> list[str]:
    starts = "card neph hepat gastr derm oste neur pulm ocul thyr lymph my arthr encephal vas aden cyst trache".split()
    middles = "o i a ol in er ax em or un".split()
    ends = "itis osis oma emia pathy algia plegia ectomy genesis lysis ine amide azole statin mab vir".split()
    parts = rng.integers(0, (len(starts), len(middles), len(starts), len(middles), len(ends)), (n, 5)).tolist()
    return [starts[a] + middles[b] + starts[c] + middles[d] + ends[e] for a, b, c, d, e in parts]


def _atoms(rng, concepts: int, names: int, dark: int) -> Iterator[str]:
    """Yield MRCONSO: the n-th name of a concept differs from its others by its tail, whatever its words are."""
    words = _vocabulary(rng)
    per_concept = 1 + np.bincount(towards_low(rng, np.full(names - concepts, concepts), 1.5), minlength=concepts)
    extra = [rng.integers(0, concepts, int(names * share)) for share in (0.1, 0.15, 0.05)]
    owner = np.concatenate([np.repeat(np.arange(concepts), per_concept), *extra, np.arange(dark) + concepts])
    ordinal = np.arange(names) - np.repeat(np.cumsum(per_concept) - per_concept, per_concept)
    # What a row is: a name by its ordinal, or a repeated (-1), foreign (-2) or suppressed (-3) one.
    what = np.concatenate([ordinal, *(np.full(len(rows), -1 - i) for i, rows in enumerate(extra)), np.full(dark, -3)])
    shuffled = rng.permutation(len(owner))
    order = shuffled[np.argsort(owner[shuffled], kind="stable")]
    for first in range(0, len(order), BLOCK):
        rows = order[first : first + BLOCK]
        drawn = rng.integers(0, (len(SABS), len(FOREIGN)), (len(rows), 2)).tolist()
        for place, owner_, what_, draw in zip(
            itertools.count(first), owner[rows].tolist(), what[rows].tolist(), drawn, strict=False
        ):
            yield _atom(words, place, owner_, what_, *draw)


def _atom(words: list[str], place: int, concept: int, what: int, sab_draw: int, lat_draw: int) -> str:
    number = cui(concept)
    sab, (preferred_tty, tty, code) = list(SABS.items())[sab_draw]
    lat, suppress, flags = "ENG", "N", ("S", "PF", "Y")
    if what in (0, -1):
        flags, tty = ("P", "PF", "Y" if what == 0 else "N"), preferred_tty
    if what == -2:
        lat = list(FOREIGN)[lat_draw]
        sab = FOREIGN[lat]
    if what == -3:
        suppress = "OEY"[place % 3]
    aui = number if what == 0 else 10_000_000 + place
    name = _name(words, concept, max(what, 0)) + ("" if what > -2 else f" {lat if what == -2 else 'obsolete'} {place}")
    return (
        f"C{number:07d}|{lat}|{flags[0]}|L{place:07d}|{flags[1]}|S{place:07d}|{flags[2]}|A{aui:08d}||||"
        f"{sab}|{tty}|{code.format(number)}|{name}|0|{suppress}||\n"
    )


def _name(words: list[str], concept: int, ordinal: int) -> str:
    # Multipliers that are odd and large scatter neighbouring concepts over the vocabulary.
    start = concept * 2_654_435_761 + (ordinal % 2) * 40_503
    first, second = words[start % len(words)], words[(start >> 15) % len(words)]
    round_, tail = divmod(ordinal, len(TAILS))
    return f"{first} {second} {TAILS[tail]}" + (f" {round_}" if round_ else "")


def _types(rng, concepts: int) -> Iterator[str]:
    first = rng.integers(0, len(TYPES), concepts).tolist()
    second = (rng.random(concepts) < 0.1).tolist()
    for concept, (type, has_second) in enumerate(zip(first, second, strict=True)):
        for place in (type, (type + 1) % len(TYPES))[: 1 + has_second]:
            yield f"C{cui(concept):07d}|{TYPES[place]}|AT{concept * 2 + place:08d}|256|\n"


def _definitions(rng, concepts: int) -> Iterator[str]:
    words = _vocabulary(rng, 500)
    for concept in np.flatnonzero(rng.random(concepts) < 0.08).tolist():
        number = cui(concept)
        text = " ".join(words[(concept * step) % len(words)] for step in (3, 7, 11, 13, 17))
        suppress = "O" if concept % 40 == 0 else "N"
        sab = ("NCI", "MSH")[concept % 2]
        yield f"C{number:07d}|A{number:08d}|AT{concept:08d}||{sab}|Made up: {text}.|{suppress}||\n"


def _edges(rng, concepts: int, relations: int, cycles: int):
    """Return subject, object and kind of every edge, each once, and of some that a reader leaves out."""
    child = np.arange(1, concepts)
    tree = _key(child, towards_low(rng, child, 2.5), np.zeros(concepts - 1, np.int64), concepts)
    keys = np.unique(tree)
    while len(keys) < relations:
        more = _draw(rng, concepts, int((relations - len(keys)) * 1.3) + 100)
        new = np.setdiff1d(more, keys)
        keys = np.union1d(keys, rng.permutation(new)[: relations - len(keys)])
    subject, object_, kind = keys // len(KINDS) // concepts, keys // len(KINDS) % concepts, keys % len(KINDS)
    turned = 1 + rng.permutation(concepts - 1)[:cycles]
    above = tree[turned - 1] // len(KINDS) % concepts
    waste = rng.integers(0, concepts, (2, relations // 50))
    at_self = rng.integers(0, concepts, 1 + relations // 1000)
    return (
        np.concatenate([subject, above, waste[0], at_self]),
        np.concatenate([object_, turned, waste[1], at_self]),
        np.concatenate(
            [
                kind,
                np.full(cycles, len(KINDS)),
                len(KINDS) + 1 + np.arange(waste.shape[1]) % 2,
                np.full(len(at_self), len(KINDS) - 3),
            ]
        ),
    )


def _key(subject, object_, kind, concepts: int):
    return (subject * concepts + object_) * len(KINDS) + kind


def _draw(rng, concepts: int, n: int):
    """Return keys of random edges: in a hierarchy from higher to lower, symmetric ones from lower to higher."""
    kind = rng.choice(len(KINDS), n, p=SHARES / SHARES.sum())
    first, hub = rng.integers(0, concepts, n), towards_low(rng, np.full(n, concepts), 2.5)
    first, hub, kind = (column[first != hub] for column in (first, hub, kind))
    down = np.array([kind.hierarchy for kind in KINDS])[kind]
    up = np.array([kind.symmetric for kind in KINDS])[kind]
    low, high = np.minimum(first, hub), np.maximum(first, hub)
    subject = np.where(down, high, np.where(up, low, first))
    return _key(subject, np.where(down, low, np.where(up, high, hub)), kind, concepts)


def _relations(edges, concepts: int) -> Iterator[str]:
    """Yield MRREL: every edge in the row of its subject, and in that of its object, sorted by CUI1."""
    subject, object_, kind = edges
    there, back = np.argsort(subject, kind="stable"), np.argsort(object_, kind="stable")
    step = max(1, concepts * BLOCK // len(subject) // 4)
    starts = np.arange(0, concepts + step, step)
    cuts = np.searchsorted(subject[there], starts), np.searchsorted(object_[back], starts)
    templates = _templates()
    for block in range(len(starts) - 1):
        out, into = (order[cut[block] : cut[block + 1]] for order, cut in zip((there, back), cuts, strict=True))
        rows, backward = np.concatenate([out, into]), np.repeat([0, 1], [len(out), len(into)])
        one = np.where(backward, object_[rows], subject[rows])
        two = np.where(backward, subject[rows], object_[rows])
        order = np.lexsort((rows, two, one))
        columns = one[order], two[order], kind[rows][order] * 2 + backward[order], rows[order] * 2 + backward[order]
        for first, second, template, rui in zip(*(column.tolist() for column in columns), strict=True):
            a, b = cui(first), cui(second)
            yield templates[template] % (a, a, b, b, rui)


def _templates() -> list[str]:
    """Return the row of each kind, there and back."""
    templates = []
    for kind in (*KINDS, CONTRADICTING, *UNTAKEN):
        suppress = "O" if kind is UNTAKEN[0] else "N"
        for label in (kind.there, kind.back):
            rel, rela = label.split("|")
            start = f"C%07d|A%08d|SCUI|{rel}|C%07d|A%08d|SCUI|{rela}|R%09d||{kind.sab}|{kind.sab}|||{suppress}||\n"
            templates.append(start)
    return templates


def _doc(seed: int) -> Iterator[str]:
    yield f"RELEASE|umls.release.name|release_info|made up, seed {seed}|\n"
    for first, second in map(str.split, INVERSES):
        yield f"RELA|{first}|rela_inverse|{second}|\n"
        yield f"RELA|{second}|rela_inverse|{first}|\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    for name, default in (("concepts", 4_000_000), ("names", 15_000_000), ("relations", 30_000_000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cycles", type=int, default=0, help="pairs of vocabularies that contradict each other")
    print(json.dumps(make_umls(**vars(parser.parse_args()))._asdict(), indent=1))


if __name__ == "__main__":
    main()
