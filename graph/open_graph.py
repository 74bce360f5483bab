"""Opening a graph wherever it is: in a folder, or on a Neo4j server."""

from pathlib import Path

from graph.embedded_store import EmbeddedGraphStore
from graph.errors import StoreError
from graph.neo4j.address import is_address
from graph.store import GraphStore


def open_graph(where: Path | str, *, release: str | None = None) -> GraphStore:
    """Return the graph in the folder, or at the ``neo4j://`` or ``bolt://`` address, ``where``.

    Args:
        where: Folder or address; who asks there is said by ``NEO4J_USERNAME``, ``NEO4J_PASSWORD``, ``NEO4J_DATABASE``.
        release: Content hash that the graph must have, such as the one that a model was trained on.

    Raises:
        StoreError: There is no graph, it is damaged or another one, or the server cannot be reached or refuses.
    """
    if is_address(where):
        from graph.neo4j.store import Neo4jGraphStore

        return Neo4jGraphStore.open(str(where), release=release)
    store = EmbeddedGraphStore.open(where)
    if release is not None and store.release != release:
        found = store.release
        store.close()
        raise StoreError(f"{where}: holds release {found[:12]}, expected {release[:12]}")
    return store


def local_graph(where: Path | str) -> EmbeddedGraphStore:
    """Return the graph in the folder ``where``, or the one at that address from this machine's cache.

    What is read much and fast is read here: training, serving and compiling lexicons. The cache is kept by content, so
    the server sends a release once (:mod:`graph.neo4j.local`).

    Raises:
        StoreError: There is no graph, it is damaged, or the server cannot be reached or refuses.
    """
    if is_address(where):
        from graph.neo4j.store import Neo4jGraphStore

        with Neo4jGraphStore.open(str(where)) as store:
            return store.local()
    return EmbeddedGraphStore.open(where)


def push_graph(store: EmbeddedGraphStore, address: str) -> GraphStore:
    """Make the graph at ``address`` that of ``store``, and return it (:meth:`Neo4jGraphStore.push`).

    Raises:
        StoreError: The server cannot be reached, refuses or fails, or cannot hold an id.
    """
    from graph.neo4j.store import Neo4jGraphStore

    return Neo4jGraphStore.push(store, address)


def pull_graph(address: str, folder: Path | str) -> EmbeddedGraphStore:
    """Return a new store in ``folder`` that is the graph at ``address`` to the letter.

    Raises:
        StoreError: There is no graph at ``address`` or one in ``folder`` already, or the server fails.
    """
    from graph.neo4j.store import Neo4jGraphStore

    with Neo4jGraphStore.open(address) as store:
        return store.pull(folder)


def clear_graph(address: str) -> None:
    """Remove the graph at ``address``, or half of one; what else is in the database stays.

    Raises:
        StoreError: The server cannot be reached, refuses or fails.
    """
    from graph.neo4j.store import Neo4jGraphStore

    Neo4jGraphStore.clear(address)
