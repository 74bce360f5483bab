"""What the embedded store promises beyond the contract: files, writers, readers and sudden death."""

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

import graph
from graph import release as releases
from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.errors import CycleError, StoreError
from graph.ontology import Ontology
from graph.relation import Relation

RELEASE = "release-000001"


def batch(first, n, name="batch"):
    """Return a chain of concepts, of which the first hangs below the last of the batch before."""
    ids = range(first, first + n)
    concepts = tuple(Concept(f"B:{i:06d}", f"thing {i}", (f"Ding {i}",)) for i in ids)
    relations = tuple(Relation(f"B:{i:06d}", "is_a", f"B:{i - 1:06d}", name, ("PMID:1",)) for i in ids if i)
    return Ontology(name, str(first), "", concepts, relations)


def content(store):
    concepts = list(store.iterate())
    ids = [concept.id for concept in concepts]
    assert store.count().concepts == len(ids) == store.snapshot.n_concepts
    return store.release, store.count(), store.sources, concepts, store.relations(ids), store.search("ding", limit=3)


def files(path):
    return sorted(str(file.relative_to(path)) for file in path.rglob("*"))


def test_what_was_closed_opens_again(tmp_path):
    with EmbeddedGraphStore.from_ontologies(tmp_path / "g", batch(0, 5)) as store:
        before = content(store)
    with EmbeddedGraphStore.open(str(tmp_path / "g")) as again:
        assert content(again) == before
        assert again.dropped_relations == 0
        again.add(batch(7, 2))
        assert again.dropped_relations == 1
    assert files(tmp_path / "g") == [
        "current.json",
        "release-000002",
        "release-000002/graph.sqlite",
        "release-000002/manifest.json",
        "release-000002/snapshot.bin",
        "writer.lock",
    ]


def test_creating_over_a_graph_is_refused(tmp_path):
    EmbeddedGraphStore.from_ontologies(tmp_path, batch(0, 2)).close()
    with pytest.raises(StoreError, match="there is a graph already"):
        EmbeddedGraphStore.create(tmp_path)
    assert EmbeddedGraphStore.open(tmp_path).count().concepts == 2
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot make a folder"):
        EmbeddedGraphStore.create(tmp_path / "file" / "g")


def test_a_closed_store_says_so(tmp_path):
    store = EmbeddedGraphStore.create(tmp_path)
    store.close()
    for ask in (
        store.count,
        store.add,
        lambda: store.concepts([]),
        lambda: store.release,
        lambda: next(store.iterate()),
    ):
        with pytest.raises(StoreError, match="closed"):
            ask()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda g: shutil.rmtree(g), "there is no graph here"),
        (lambda g: (g / "current.json").unlink(), "there is no graph here"),
        (lambda g: (g / "current.json").write_text("{"), "not JSON"),
        (lambda g: (g / "current.json").write_bytes(b"\xff\xfe"), "not JSON"),
        (lambda g: (g / "current.json").write_text("[]"), "format None, expected 2"),
        (lambda g: (g / "current.json").write_text('{"format": 99}'), "format 99, expected 2"),
        (lambda g: (g / "current.json").write_text('{"format": 2, "folder": "../g"}'), "names no release"),
        (lambda g: (g / "current.json").write_text('{"format": 2}'), "names no release"),
        (lambda g: shutil.rmtree(g / RELEASE), "file is missing"),
        (lambda g: (g / RELEASE / "manifest.json").write_text("{}"), "format None"),
        (lambda g: change(g / RELEASE / "manifest.json", format=1), "format 1, expected 2"),
        (lambda g: change(g / RELEASE / "manifest.json", byteorder="middle"), "byte order"),
        (lambda g: change(g / RELEASE / "manifest.json", counts=[1]), "damaged"),
        (lambda g: (g / RELEASE / "graph.sqlite").unlink(), "file is missing"),
        (lambda g: os.truncate(g / RELEASE / "graph.sqlite", 100), "graph.sqlite.*100 bytes"),
        (lambda g: (g / RELEASE / "snapshot.bin").unlink(), "file is missing"),
        (lambda g: os.truncate(g / RELEASE / "snapshot.bin", 64), "snapshot.bin.*64 bytes"),
        (lambda g: overwrite(g / RELEASE / "snapshot.bin"), "not a compiled graph"),
    ],
)
def test_damage_is_named_with_the_file(tmp_path, damage, message):
    path = tmp_path / "g"
    EmbeddedGraphStore.from_ontologies(path, batch(0, 3)).close()
    damage(path)
    with pytest.raises(StoreError, match=message) as caught:
        EmbeddedGraphStore.open(path)
    assert str(path) in str(caught.value)


def test_a_damaged_record_is_named_when_it_is_read(tmp_path):
    EmbeddedGraphStore.from_ontologies(tmp_path, batch(0, 3)).close()
    overwrite(tmp_path / RELEASE / "graph.sqlite")
    with pytest.raises(StoreError, match=r"graph\.sqlite"):
        EmbeddedGraphStore.open(tmp_path).concepts(["B:000001"])


def change(path, **fields):
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def overwrite(path):
    path.write_bytes(b"x" * path.stat().st_size)


def test_an_error_leaves_no_trace(tmp_path):
    store = EmbeddedGraphStore.from_ontologies(tmp_path, batch(0, 3))
    before, files_before = content(store), files(tmp_path)
    with pytest.raises(CycleError, match=str(tmp_path)):
        store.add(Ontology("c", relations=(Relation("B:000000", "is_a", "B:000002"),)))
    with pytest.raises(StoreError, match="cannot write"):
        store.add(Ontology("s", concepts=(Concept("B:1", "\udcff"),)))
    assert content(store) == before == content(EmbeddedGraphStore.open(tmp_path))
    assert files(tmp_path) == files_before
    with pytest.raises(CycleError):
        EmbeddedGraphStore.from_ontologies(tmp_path / "new", batch(0, 2), batch_back())
    with pytest.raises(StoreError, match="there is no graph here"):
        EmbeddedGraphStore.open(tmp_path / "new")
    EmbeddedGraphStore.create(tmp_path / "new")


def batch_back():
    return Ontology("back", relations=(Relation("B:000000", "is_a", "B:000001"),))


def test_a_full_disk_leaves_the_graph(tmp_path, monkeypatch):
    store = EmbeddedGraphStore.from_ontologies(tmp_path, batch(0, 3))
    before = content(store)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(StoreError, match="No space left"):
        store.add(batch(3, 1))
    assert content(store) == before == content(EmbeddedGraphStore.open(tmp_path))


def test_an_error_after_publishing_keeps_what_was_published(tmp_path, monkeypatch):
    store = EmbeddedGraphStore.from_ontologies(tmp_path, batch(0, 3))
    replace = os.replace

    def replace_and_fail(*names):
        replace(*names)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("os.replace", replace_and_fail)
    with pytest.raises(StoreError, match="Input/output"):
        store.add(batch(3, 1))
    assert EmbeddedGraphStore.open(tmp_path).count().concepts == 4


def test_there_is_one_writer_at_a_time(tmp_path):
    first, second = EmbeddedGraphStore.create(tmp_path), EmbeddedGraphStore.open(tmp_path)
    with releases.writing(tmp_path):
        for write in (lambda: first.add(batch(0, 1)), lambda: EmbeddedGraphStore.create(tmp_path)):
            with pytest.raises(StoreError, match="another writer is active"):
                write()
    second.add(batch(0, 2))
    first.add(batch(2, 2))  # adds to what is published, not to what it had open
    assert first.count().concepts == 4
    assert second.count().concepts == 2


def test_a_reader_goes_on_with_what_it_opened(tmp_path):
    writer = EmbeddedGraphStore.from_ontologies(tmp_path, batch(0, 2500))
    reader = EmbeddedGraphStore.open(tmp_path)
    walk = reader.iterate()
    ids = [next(walk).id for _ in range(3)]
    writer.add(batch(2500, 10))
    writer.add(batch(2510, 10))
    ids += [concept.id for concept in walk]
    assert ids == [f"B:{i:06d}" for i in range(2500)]
    assert len(content(reader)[3]) == 2500
    assert len(content(EmbeddedGraphStore.open(tmp_path))[3]) == 2520
    assert sorted(folder.name for folder in tmp_path.glob("release-*")) == ["release-000001", "release-000003"]
    reader.close()
    writer.add()
    assert [folder.name for folder in tmp_path.glob("release-*")] == ["release-000004"]


def test_threads_read_while_one_writes(tmp_path):
    store = EmbeddedGraphStore.from_ontologies(tmp_path, batch(0, 50))
    done, wrong = threading.Event(), []

    def read():
        while not done.is_set():
            try:
                concept = store.concepts(["B:000049"])[0]
                relations = store.relations(["B:000049"])[0]
                n_concepts = sum(1 for _ in store.iterate())
                if concept.name != "thing 49" or not relations or n_concepts % 50 or not store.search("ding 49"):
                    wrong.append((concept, relations, n_concepts))
            except Exception as error:
                wrong.append(error)
                return

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for first in range(50, 500, 50):
        store.add(batch(first, 50))
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert store.count().concepts == 500


def test_a_store_works_after_a_fork(tmp_path):
    store = EmbeddedGraphStore.from_ontologies(tmp_path, batch(0, 5))
    expected = content(store)
    child = multiprocessing.get_context("fork").Process(target=lambda: sys.exit(content(store) != expected))
    with store._used().record():  # as if another thread were reading: the child has no such thread to wait for
        child.start()
        child.join(timeout=30)
    child.kill()
    assert child.exitcode == 0
    assert content(store) == expected


CHILD = """
import os, sys, time
sys.path.insert(0, {root!r})
from pathlib import Path
import graph.embedded_store, graph.release
from graph.concept import Concept
from graph.ontology import Ontology

def stop(*_, **__):
    print("here", flush=True)
    time.sleep(60)

{patch}
store = graph.embedded_store.EmbeddedGraphStore.open(Path({path!r}))
concepts = tuple(Concept(f"K:{{i}}", f"name {{i}}", ("a", "b")) for i in range({n}))
print("ready", flush=True)
store.add(Ontology("killed", concepts=concepts))
print("done", flush=True)
"""


def child(path, *, patch="", n=50):
    code = textwrap.dedent(CHILD).format(root=str(Path(graph.__file__).parent.parent), path=str(path), patch=patch, n=n)
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("patch", "published"),
    [
        ("graph.embedded_writer.compile_graph = stop", False),
        ("graph.embedded_store.releases.publish = stop", False),
        ("os.replace = stop", False),
        ("graph.embedded_store.releases.sweep = stop", True),
    ],
)
def test_kill_9_leaves_the_old_graph_or_the_new_one(tmp_path, patch, published):
    with EmbeddedGraphStore.from_ontologies(tmp_path, batch(0, 5)) as store:
        before = content(store)
    process = child(tmp_path, patch=patch)
    assert [process.stdout.readline() for _ in "12"] == ["ready\n", "here\n"]
    with EmbeddedGraphStore.open(tmp_path) as store, pytest.raises(StoreError, match="another writer"):
        store.add()
    kill(process)
    with EmbeddedGraphStore.open(tmp_path) as store:
        assert store.count().concepts == (55 if published else 5)
        assert published or content(store) == before
        store.add(batch(5, 1))  # the next writer finds no lock, and sweeps up
        assert store.count().concepts == (56 if published else 6)
    assert len(list(tmp_path.glob("release-*"))) == 1
    assert not list(tmp_path.glob("*.new"))


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_kill_9_at_any_moment(tmp_path, share):
    EmbeddedGraphStore.from_ontologies(tmp_path, batch(0, 5)).close()
    process = child(tmp_path, n=4000)
    process.stdout.readline()
    time.sleep(share * 0.5)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with EmbeddedGraphStore.open(tmp_path) as store:
        assert content(store)[1].concepts in (5, 4005)
        store.add(batch(5, 1))
        assert content(store)[1].concepts in (6, 4006)
