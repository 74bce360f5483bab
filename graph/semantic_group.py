"""The UMLS semantic groups: fifteen coarse kinds that the types of any vocabulary can be told apart by.

The groups are those of the UMLS (McCray et al. 2001, doi:10.3233/978-1-60750-928-8-216); the types of other sources
(SNOMED CT tags, Biolink categories, OBO namespaces, MeSH categories) are put into them by what they mean.
"""

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

_TABLE = Path(__file__).parent / "data" / "semantic_groups.tsv"


@lru_cache(maxsize=1)
def groups() -> dict[str, str]:
    """Return the semantic group of every type that has one."""
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines[1:])


def groups_of(types: Collection[str]) -> tuple[str, ...]:
    """Return the distinct semantic groups of ``types``, sorted; nothing for a type that has none."""
    table = groups()
    return tuple(sorted({table[type] for type in types if type in table}))


def is_one_of(types: Collection[str], wanted: Collection[str]) -> bool:
    """Return whether one of ``types``, or its semantic group, is among ``wanted``."""
    return any(type in wanted for type in types) or any(group in wanted for group in groups_of(types))
