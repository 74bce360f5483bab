"""Alternative ids: what was merged into a concept and lives on as a retired one."""

from collections.abc import Mapping
from dataclasses import replace

from graph.concept import Concept


def retire(concepts: dict[str, Concept], heirs: Mapping[str, Concept]) -> None:
    """Add to ``concepts`` a retired one for each alternative id that ``heirs`` leads to its concept.

    It has its heir's name and types. Where the source describes the id itself, that stands: a live concept stays
    live, and a retired one learns its heir only if it names none.
    """
    for id, heir in heirs.items():
        retired = concepts.get(id) or Concept(id, heir.name, types=heir.types, obsolete=True)
        if retired.obsolete and retired.replaced_by is None:
            concepts[id] = replace(retired, replaced_by=heir.id)
