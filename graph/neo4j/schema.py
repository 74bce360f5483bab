"""What stands in Neo4j, and under which names.

    (:Concept {id, name, synonyms, types, definition, xrefs, obsolete, replaced_by,    what the sources say, merged
               sources, claims,                   who says it, and how where the concept does not tell
               live, words, degree, n_near, near, what retrieval and search need
               row_hash, out_hash})               what the next push compares
    (:Concept)-[:is_a {predicate, source, evidence, subject_rank, object_rank}]->(:Concept)
    (:WaitingRelation {number, subject, predicate, object, source, evidence})          for want of a live end
    (:OntologyRelease {release, content, format, ...})   written last; while it is missing, nothing is read
    (:OntologyPush {id, batch, release, began})          which push may write, and how far it came

A property that would be empty, or a list with nothing but one empty text, is absent. Whatever else is in the database,
on these nodes and between them, is left alone, but what hangs on a concept goes with it when a release no longer holds
the concept.
"""

import re
from functools import lru_cache

from graph.neo4j.connection import Connection

FORMAT = 2
"""Version of the layout that this code writes and reads."""

NEAR = 64
"""Most ids in the list of neighbours that every concept carries."""

MAX_ID_BYTES = 8000
"""Longest id in UTF-8: a uniqueness constraint takes little more than 8,100 bytes."""

WORD_INDEX = "kgbert_concept_words"
RELATED = "RELATED"
RESERVED = frozenset({RELATED, "MENTIONS", "PREDICTED"})
"""Relation types that are no predicate's: the one for names that cannot be a type, and those of what texts say."""

_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")

_SCHEMA = {
    "kgbert_concept_id": "CREATE CONSTRAINT {} IF NOT EXISTS FOR (n:Concept) REQUIRE n.id IS UNIQUE",
    "kgbert_waiting_number": "CREATE CONSTRAINT {} IF NOT EXISTS FOR (n:WaitingRelation) REQUIRE n.number IS UNIQUE",
    "kgbert_release_key": "CREATE CONSTRAINT {} IF NOT EXISTS FOR (n:OntologyRelease) REQUIRE n.key IS UNIQUE",
    "kgbert_push_key": "CREATE CONSTRAINT {} IF NOT EXISTS FOR (n:OntologyPush) REQUIRE n.key IS UNIQUE",
    WORD_INDEX: "CREATE FULLTEXT INDEX {} IF NOT EXISTS FOR (n:Concept) ON EACH [n.words]"
    " OPTIONS {{indexConfig: {{`fulltext.analyzer`: 'whitespace'}}}}",
}


def ensure(connection: Connection) -> None:
    """Create the constraints and indexes that are absent, and wait until all can be used.

    Raises:
        StoreError: The server refuses, cannot be reached, or takes too long.
    """
    states = {row["name"]: row["state"] for row in connection.read("SHOW INDEXES YIELD name, state")}
    for name in _SCHEMA:
        if name not in states:
            connection.schema(_SCHEMA[name].format(name))
    if any(states.get(name) != "ONLINE" for name in _SCHEMA):
        connection.schema("CALL db.awaitIndexes(600)")


@lru_cache(maxsize=4096)
def relation_type(predicate: str) -> str:
    r"""Return the relation type for ``predicate``: itself where it is a plain word, else ``RELATED``.

    Only such a type is ever written into a query; doubled backticks would not do, for Cypher decodes ``\u0060`` before
    it looks for them.
    """
    return predicate if _TYPE.fullmatch(predicate) and predicate not in RESERVED else RELATED


@lru_cache
def any_type(predicates: tuple[str, ...]) -> str:
    """Return the types of ``predicates`` as Cypher writes an alternative."""
    return "|".join(sorted({RELATED, *map(relation_type, predicates)}))
