"""Writing GraphML (http://graphml.graphdrawing.org), as networkx, Gephi, Cytoscape and igraph read it."""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from graph import atomic, walk
from graph.concept import Concept
from graph.export.cells import joined
from graph.relation import Relation
from graph.store import GraphStore

_NODE = "label name synonyms types definition xrefs obsolete replaced_by".split()
_EDGE = "predicate source evidence".split()
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">"""


def write(store: GraphStore, out: Path) -> None:
    """Write the graph to the file ``out``.

    A node has the fields of :class:`~graph.concept.Concept`, and its name again as ``label``, which is what Gephi
    shows; an edge those of :class:`~graph.relation.Relation`. GraphML has no lists: their values stand with ``|``
    between them, a ``|`` within one becomes ``¦``. Characters that XML 1.0 does not allow become U+FFFD.

    Raises:
        OSError: The file cannot be written.
    """
    atomic.write_lines(_lines(store), out)


def _lines(store: GraphStore) -> Iterator[str]:
    yield _HEAD
    for kind, names in (("node", _NODE), ("edge", _EDGE)):
        for name in names:
            type = "boolean" if name == "obsolete" else "string"
            yield f'<key id="{kind}_{name}" for="{kind}" attr.name="{name}" attr.type="{type}"/>'
    yield '<graph id="G" edgedefault="directed">'
    for concept in store.iterate():
        yield f"<node id={_attribute(concept.id)}>{_data('node', _NODE, _node(concept))}</node>"
    for number, relation in enumerate(walk.relations(store)):
        ends = f"source={_attribute(relation.subject)} target={_attribute(relation.object)}"
        yield f'<edge id="e{number}" {ends}>{_data("edge", _EDGE, _edge(relation))}</edge>'
    yield "</graph>\n</graphml>"


def _node(concept: Concept) -> tuple[str, ...]:
    return (
        concept.name,
        concept.name,
        joined(concept.synonyms),
        joined(concept.types),
        concept.definition,
        joined(concept.xrefs),
        "true" if concept.obsolete else "",
        concept.replaced_by or "",
    )


def _edge(relation: Relation) -> tuple[str, ...]:
    return relation.predicate, relation.source, joined(relation.evidence)


def _data(kind: str, names: list[str], values: tuple[str, ...]) -> str:
    """Return the elements of the values that are not empty."""
    return "".join(
        f'<data key="{kind}_{name}">{_text(value)}</data>' for name, value in zip(names, values, strict=True) if value
    )


def _text(value: str) -> str:
    # A parser turns a bare carriage return into a line feed.
    return escape(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", value), {"\r": "&#13;"})


def _attribute(value: str) -> str:
    return quoteattr(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", value))
