"""Predicates of RRF relations: which of a label and its inverse is stated, and in which direction.

Every relation stands in MRREL twice, once from each end. A row reads backwards: its second concept has REL (or RELA,
the source's more specific label) to its first one, so ``CUI1|..|PAR|CUI2`` says that CUI2 is a parent of CUI1.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from graph.formats.rrf_table import DOC, rows
from graph.relation import IS_A


class Predicate(NamedTuple):
    """What a label becomes.

    Attributes:
        name: Predicate in lower snake case.
        turn: Whether the first concept of the row is the subject (as it reads, the second one is).
        symmetric: Whether it holds in both directions; the id that sorts first is the subject then.
    """

    name: str
    turn: bool = False
    symmetric: bool = False


_BY_REL = {
    "PAR": Predicate(IS_A, turn=True),
    "CHD": Predicate(IS_A),
    "RB": Predicate(IS_A, turn=True),
    "RN": Predicate(IS_A),
    "SIB": Predicate("sibling_of", symmetric=True),
    "SY": Predicate("synonym_of", symmetric=True),
    "RQ": Predicate("possible_synonym_of", symmetric=True),
    "RL": Predicate("similar_to", symmetric=True),
    "RO": Predicate("related_to", symmetric=True),
    "RU": Predicate("related_to", symmetric=True),
    "AQ": Predicate("can_be_qualified_by", turn=True),
    "QB": Predicate("can_be_qualified_by"),
}
_LETTERS = re.compile(r"[^a-z0-9]+")


def read_inverses(doc: Path | None) -> dict[str, str]:
    """Return the inverse of each label as MRDOC or RXNDOC states it, in snake case; none without the file."""
    table = rows(doc, DOC) if doc else ()
    return {snake(cells[1]): snake(cells[3]) for _, cells in table if cells[0] == "RELA" and cells[2] == "rela_inverse"}


def snake(label: str) -> str:
    """Return ``label`` in lower snake case.

    >>> snake("Has_Free-Acid Form")
    'has_free_acid_form'
    """
    return _LETTERS.sub("_", label.lower()).strip("_")


def predicate(rel: str, rela: str, inverses: Mapping[str, str]) -> Predicate | None:
    """Return what REL and RELA become; ``None`` for a REL that states no relation (XR, DEL) or is not known.

    RELA counts where there is one: a source may say ``part_of`` between parent and child. Of a label and its inverse
    the one is kept that reads as a property: ``has_ingredient`` rather than ``ingredient_of``, ``may_treat`` rather
    than ``may_be_treated_by``. Inverses that ``inverses`` lacks are told by name: ``has_x`` and ``x_of``,
    ``inverse_x`` and ``x``.
    """
    label = snake(rela)
    if not label:
        return _BY_REL.get(rel)
    inverse = inverses.get(label) or _by_name(label)
    if inverse == label:
        return Predicate(label, symmetric=True)
    kept = min(label, inverse, key=_plainness) if inverse else label
    return Predicate(IS_A if kept == "isa" else kept, turn=kept != label)


def _by_name(label: str) -> str:
    if label == "isa":
        return "inverse_isa"
    if label.startswith("inverse_"):
        return label.removeprefix("inverse_")
    if label.startswith("has_"):
        return label.removeprefix("has_") + "_of"
    return "has_" + label.removesuffix("_of") if label.endswith("_of") else ""


def _plainness(label: str) -> tuple[bool, bool, bool, int, str]:
    passive = label.endswith(("_of", "_by"))
    return label.startswith("inverse_"), not label.startswith("has_"), passive, len(label), label
