"""Graphs of servers, kept on this machine: in the user's cache, in folders named by what the sources said."""

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from graph.cache import beside, cache_folder, made, publish
from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.errors import StoreError
from graph.manifest import FORMAT
from graph.neo4j.connection import Connection
from graph.neo4j.pull import pull
from graph.neo4j.push import push
from graph.neo4j.release import Release
from graph.neo4j.rows import is_text
from graph.ontology import Ontology


def cached(connection: Connection, release: Release) -> Path:
    """Return the folder of ``release``, pulled if it is not there; it appears in one step.

    Raises:
        StoreError: The server failed, or the folder cannot be made.
    """
    with _keeping():
        return made(_folder(release), lambda work: pull(connection, release, work).close())


def add(connection: Connection, release: Release, ontologies: Sequence[Ontology]) -> Release:
    """Add ``ontologies`` to a local copy of ``release``, push the difference, and return what stands there then.

    Raises:
        CycleError: ``is_a`` would contain a cycle.
        StoreError: The graph was changed meanwhile, the server failed, or there is something that it cannot hold.
    """
    before = cached(connection, release)
    with _keeping(), beside(before) as work:
        shutil.copytree(before, work)
        with EmbeddedGraphStore.open(work) as store:
            with naming_concepts(connection.address, ontologies):
                store.add(*ontologies)
            pushed = push(store, connection, expected=release.content)
        if pushed.content != release.content:
            publish(work, _folder(pushed))
            shutil.rmtree(before, ignore_errors=True)
    return pushed


@contextlib.contextmanager
def naming_concepts(address: str, ontologies: Sequence[Ontology]) -> Iterator[None]:
    """Where a text cannot be stored, say of which concept.

    Raises:
        StoreError: A text holds a lone surrogate, which UTF-8 cannot express.
    """
    try:
        yield
    except StoreError as error:
        if isinstance(error.__cause__, UnicodeEncodeError):
            for concept in chain.from_iterable(ontology.concepts for ontology in ontologies):
                if not all(map(is_text, _texts(concept))):
                    raise StoreError(f"{address}: cannot hold {concept.id!r}, which has a lone surrogate") from error
        raise


def _texts(concept: Concept) -> Iterator[str]:
    yield from (concept.id, concept.name, concept.definition, concept.replaced_by or "")
    yield from chain(concept.synonyms, concept.types, concept.xrefs)


def _folder(release: Release) -> Path:
    return cache_folder() / f"neo4j-{release.content[:32]}-{FORMAT}"


@contextlib.contextmanager
def _keeping() -> Iterator[None]:
    """Name the cache where it cannot be written.

    Raises:
        StoreError: It cannot.
    """
    try:
        yield
    except OSError as error:
        raise StoreError(f"{cache_folder()}: cannot keep a graph here ({error.strerror})") from error
