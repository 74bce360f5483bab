"""What spaCy, scispaCy and medspaCy pipelines find, as mentions and short forms of ours.

A pipeline is handed in; spaCy itself is not imported here.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ingest.document import Mention

if TYPE_CHECKING:
    from spacy.tokens import Doc

LABELS: Mapping[str, str] = {"CHEMICAL": "Chemical", "DISEASE": "Disease", "DRUG": "Chemical", "PROBLEM": "Disease"}
"""Mention types of the labels that scispaCy's and medspaCy's models give; any other label is no type, which agrees with
every concept."""


def mentions(
    doc: "Doc", *, types: frozenset[str] = frozenset(), labels: Mapping[str, str] = LABELS
) -> tuple[Mention, ...]:
    """Return the entities of ``doc`` as mentions, by position; offsets count characters of ``doc.text``.

    Args:
        doc: What a pipeline made of a text.
        types: Only mentions of these types and those without one; all if empty.
        labels: The mention type of each label.
    """
    found = (Mention(e.start_char, e.end_char, e.text, labels.get(e.label_, "")) for e in doc.ents)
    return tuple(mention for mention in found if not types or not mention.type or mention.type in types)


def long_forms(doc: "Doc") -> dict[str, str] | None:
    """Return what scispaCy's ``AbbreviationDetector`` found short forms of ``doc`` to stand for.

    ``None`` where it was not in the pipeline, or found nothing. Both of its ways of storing them are read
    (``make_serializable`` or not). Of several definitions of one short form the first in the text counts.
    """
    if not doc.has_extension("abbreviations") or not doc._.abbreviations:
        return None
    found: list[tuple[int, str, str]] = []
    for short in doc._.abbreviations:
        if isinstance(short, dict):
            found.append((short["long_start"], short["short_text"], short["long_text"]))
        else:
            long = short._.long_form
            found.append((long.start, short.text, long.text))
    return {short: long for _, short, long in sorted(found, reverse=True)}
