"""``kgbert graph`` as a process."""

import json

import pytest

OLD = "ontology: toy\n\n[Term]\nid: T:1\nname: Pain\n\n[Term]\nid: T:2\nname: Headache\nis_a: T:1\n"
NEW = (
    "ontology: toy\n\n[Term]\nid: T:1\nname: Pain sensation\n\n[Term]\nid: T:2\nname: Headache\nis_obsolete: true\n"
    "replaced_by: T:3\n\n[Term]\nid: T:3\nname: Cephalalgia\nis_a: T:1\n"
)
OTHER = "ontology: other\n\n[Term]\nid: O:1\nname: Ache\nxref: T:1\n"


@pytest.fixture
def graphs(kgbert, tmp_path):
    for name, text in (("old", OLD), ("new", NEW)):
        (tmp_path / f"{name}.obo").write_text(text)
        kgbert("graph", "build", f"{name}.obo", "--out", name)
    return tmp_path


def test_build_merges_and_reports(kgbert, graphs):
    (graphs / "other.obo").write_text(OTHER)
    done = kgbert("graph", "build", "old.obo", "other.obo", "--out", "both", "--report", "report.json", "--json")
    report = json.loads(done.stdout)
    assert report == json.loads((graphs / "report.json").read_text())
    assert report["merged"] == 1
    assert report["counts"] == {"concepts": 3, "obsolete": 1, "names": 4, "relations": 1}
    shown = kgbert("graph", "build", "old.obo", "other.obo", "--out", "again").stdout.decode()
    assert "3 concepts (1 retired, 1 of them replaced), 4 names, 1 relations" in shown
    assert "merged into a corresponding concept" in shown


def test_validate_finds_damage(kgbert, graphs):
    assert json.loads(kgbert("graph", "validate", "old", "--json").stdout)["counts"]["concepts"] == 2
    (snapshot,) = (graphs / "old").rglob("snapshot.bin")
    snapshot.chmod(0o644)
    data = bytearray(snapshot.read_bytes())
    at = data.index(b"HeadachePain") if b"HeadachePain" in data else data.index(b"Headache")
    data[at] ^= 1
    snapshot.write_bytes(data)
    done = kgbert("graph", "validate", "old", check=False)
    assert done.returncode == 1
    assert b"damaged" in done.stderr
    assert b"T:2" in done.stderr


def test_diff_and_migrate_follow_an_ontology(kgbert, graphs):
    found = json.loads(kgbert("graph", "diff", "old", "new", "--json").stdout)
    assert found["added"] == [{"id": "T:3"}]
    assert found["retired"] == [{"id": "T:2", "replaced_by": "T:3"}]
    assert found["renamed"] == [{"id": "T:1", "old": "Pain", "new": "Pain sensation"}]
    assert "retired: 1\n  T:2 -> T:3\n" in kgbert("graph", "diff", "old", "new").stdout.decode()

    (graphs / "notes.pubtator").write_text(
        "1|t|Headache\n1|a|and fever\n1\t0\t8\tHeadache\tDisease\tT:2\n1\t13\t18\tfever\tDisease\tT:9\n\n"
    )
    done = kgbert("graph", "migrate", "notes.pubtator", "--graph", "new", "--out", "moved.pubtator", "--json")
    assert json.loads(done.stdout)["replaced"] == [{"old": "T:2", "new": "T:3", "count": 1}]
    assert json.loads(done.stdout)["unknown"] == {"T:9": 1}
    moved = (graphs / "moved.pubtator").read_text()
    assert "\tT:3\n" in moved
    assert "\tT:9\n" in moved
