"""kgbert_linker in spaCy pipelines without a model, over the toy graph."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from toys import SEEDS

from graph.errors import StoreError
from ingest.annotate import lexicon_over

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

spacy = pytest.importorskip("spacy")

from spacy.tokens import Doc, DocBin  # noqa: E402

from kgbert import spacy_component  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
PAIN = "MESH:D010146"
TEXT = "Her mother had bleeding. No pain after aspirin, possible ulcer."


@pytest.fixture
def graph(graph_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("KGBERT_CACHE", str(tmp_path / "cache"))
    return str(graph_folder)


def pipeline(graph, *, ruler=(), **config):
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    if ruler:
        nlp.add_pipe("entity_ruler").add_patterns([{"label": label, "pattern": text} for text, label in ruler])
    nlp.add_pipe("kgbert_linker", config={"graph": graph, **config})
    return nlp


def found(doc):
    return [(e.text, e.label_, e.kb_id_, e._.assertion) for e in doc.ents]


def test_names_of_the_graph_become_entities_with_scispacys_and_medspacys_attributes(graph):
    doc = pipeline(graph)(TEXT)
    assert found(doc) == [
        ("bleeding", "Disease", SEEDS[1], "family"),
        ("pain", "Disease", PAIN, "absent"),
        ("aspirin", "Chemical", SEEDS[0], "present"),
        ("ulcer", "Disease", "MESH:D014456", "possible"),
    ]
    assert [e._.kb_ents[0][0] for e in doc.ents] == [e.kb_id_ for e in doc.ents]
    assert all(0.5 < e._.kb_ents[0][1] < 1.0 for e in doc.ents)
    assert all(e._.kb_ents == sorted(e._.kb_ents, key=lambda link: -link[1]) for e in doc.ents)
    flags = ("is_negated", "is_uncertain", "is_hypothetical", "is_historical", "is_family")
    assert [[name for name in flags if e._.get(name)] for e in doc.ents] == [
        ["is_family"],
        ["is_negated"],
        [],
        ["is_uncertain"],
    ]
    assert [t.ent_kb_id_ for t in doc if t.text == "ulcer"] == ["MESH:D014456"]


def test_several_attributes_may_be_true_where_the_assertion_is_one(graph):
    (ent,) = pipeline(graph)("No family history of bleeding.").ents
    assert (ent._.is_negated, ent._.is_family, ent._.assertion) == (True, True, "family")


def test_assertion_can_be_left_out(graph):
    assert {assertion for *_, assertion in found(pipeline(graph, assertion=False)(TEXT))} == {"present"}


def test_the_concept_is_reached_as_with_scispacy(graph):
    linker = pipeline(graph).get_pipe("kgbert_linker")
    concept = linker.kb.cui_to_entity[SEEDS[0]]
    assert (concept.concept_id, concept.canonical_name, concept.aliases) == (
        SEEDS[0],
        "aspirin",
        ["acetylsalicylic acid"],
    )
    assert (concept.types, concept.definition) == (["Chemical"], None)
    assert SEEDS[0] in linker.kb
    assert len(linker.kb) == len(list(linker.kb)) == 6
    with pytest.raises(KeyError):
        linker.kb.cui_to_entity["MESH:D999999"]


def test_entities_of_another_detector_are_linked_and_keep_their_labels(graph):
    ruler = [("aspirin", "CHEMICAL"), ("pain after", "ENTITY"), ("mother", "PERSON")]
    doc = pipeline(graph, ruler=ruler, detect=False)(TEXT)
    assert [(text, label, id) for text, label, id, _ in found(doc)] == [
        ("mother", "PERSON", ""),
        ("pain after", "ENTITY", ""),
        ("aspirin", "CHEMICAL", SEEDS[0]),
    ]
    both = pipeline(graph, ruler=ruler)(TEXT)
    assert [e.text for e in both.ents] == ["mother", "bleeding", "pain after", "aspirin", "ulcer"]


def test_the_type_of_a_label_decides(graph):
    ruler = [("aspirin", "DISEASE")]
    assert found(pipeline(graph, ruler=ruler, detect=False)("aspirin"))[0][2] == ""
    assert found(pipeline(graph, ruler=ruler, detect=False, labels={"DISEASE": ""})("aspirin"))[0][2] == SEEDS[0]


def test_more_candidates_stand_behind_the_chosen_one(graph):
    ruler = [("aspirins", "X"), ("old bleedings", "X")]
    doc = pipeline(graph, ruler=ruler, detect=False, threshold=0.2)("aspirins, old bleedings")
    assert all(len(e._.kb_ents) <= 5 and e._.kb_ents[0][0] == e.kb_id_ for e in doc.ents)
    assert [len(e._.kb_ents) for e in pipeline(graph, max_candidates=1)("aspirin pain").ents] == [1, 1]


def test_what_does_not_fit_tokens_is_widened_or_kept_beside(graph):
    nlp = pipeline(graph)
    words = ["aspirin-and-pain", "in", "the", "ulcerXpain"]
    doc = nlp.get_pipe("kgbert_linker")(Doc(nlp.vocab, words, spaces=[True, True, True, False]))
    assert [(e.text, e.kb_id_) for e in doc.ents] == [("aspirin-and-pain", SEEDS[0])]
    assert [(e.text, e.start, e.id) for e in doc._.kgbert_unplaced] == [("pain", 12, PAIN)]
    assert [(e.text, e.start) for e in doc._.kgbert_document.entities] == [("aspirin", 0), ("pain", 12)]
    assert doc._.kgbert_document.text == doc.text


@pytest.mark.parametrize("n_process", [1, 2])
def test_a_pipe_equals_one_by_one_in_any_number_of_processes(graph, n_process):
    nlp = pipeline(graph)
    texts = [TEXT, "", "pain", "aspirin-pain: none"] * 3
    alone = [nlp(text) for text in texts]
    piped = list(nlp.pipe(texts, n_process=n_process, batch_size=2))
    assert [found(doc) for doc in piped] == [found(doc) for doc in alone]
    assert [[e._.kb_ents for e in doc.ents] for doc in piped] == [[e._.kb_ents for e in doc.ents] for doc in alone]
    assert [doc._.kgbert_document for doc in piped] == [doc._.kgbert_document for doc in alone]
    assert [[e._.is_negated for e in doc.ents] for doc in piped] == [
        [e._.is_negated for e in doc.ents] for doc in alone
    ]


def test_documents_survive_docbin(graph):
    nlp = pipeline(graph)
    doc = nlp(TEXT)
    (again,) = (
        DocBin(store_user_data=True, docs=[doc])
        .from_bytes(DocBin(store_user_data=True, docs=[doc]).to_bytes())
        .get_docs(nlp.vocab)
    )
    assert found(again) == found(doc)
    assert again._.kgbert_document == doc._.kgbert_document
    assert [e._.kb_ents for e in again.ents] == [e._.kb_ents for e in doc.ents]


def test_a_pipeline_is_written_as_addresses_and_read_again(graph, tmp_path):
    nlp = pipeline(graph, types=["Chemical"])
    expected = found(nlp(TEXT))
    nlp.to_disk(tmp_path / "nlp")
    assert sum(f.stat().st_size for f in (tmp_path / "nlp" / "kgbert_linker").iterdir()) < 1000
    assert found(spacy.load(tmp_path / "nlp")(TEXT)) == expected
    other = pipeline("nowhere", types=["Disease"]).from_disk(tmp_path / "nlp")
    assert found(other(TEXT)) == expected
    assert found(pipeline("nowhere").from_bytes(nlp.to_bytes())(TEXT)) == expected


def test_a_lexicon_may_be_named(graph, store, tmp_path):
    lexicon_over(store)
    (compiled,) = (tmp_path / "cache").glob("lexicon-*")
    assert found(pipeline(graph, lexicon=str(compiled))(TEXT)) == found(pipeline(graph)(TEXT))


def test_wrong_settings_are_named(graph):
    with pytest.raises(StoreError, match="nowhere"):
        pipeline("nowhere")("pain")
    with pytest.raises(ValueError, match="grph"):
        pipeline(graph, grph="x")


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\x00\x1b\u202epain\u202c", "اسپرین pain", "pa\u0301in pain"])
def test_odd_texts(graph, text):
    doc = pipeline(graph)(text)
    assert doc.text == text
    assert all(text[e.start : e.end] == e.text for e in doc._.kgbert_document.entities)


def test_a_process_opens_its_own_graph(graph, monkeypatch):
    linker = pipeline(graph).get_pipe("kgbert_linker")
    mine = linker.kb.store
    assert linker.kb.store is mine
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert linker.kb.store is not mine


def test_short_forms_that_another_component_defines_are_used(graph):
    if not Doc.has_extension("abbreviations"):
        Doc.set_extension("abbreviations", default=[])
    nlp = pipeline(graph, ruler=[("QQX", "CHEMICAL")], detect=False)
    doc = nlp.get_pipe("entity_ruler")(nlp.make_doc("QQX was given."))
    assert [e.kb_id_ for e in nlp.get_pipe("kgbert_linker")(doc).ents] == [""]
    doc._.abbreviations = [{"short_text": "QQX", "long_text": "aspirin", "long_start": 0}]
    assert [e.kb_id_ for e in nlp.get_pipe("kgbert_linker")(doc).ents] == [SEEDS[0]]


@pytest.mark.parametrize("make_serializable", [False, True])
def test_scispacys_abbreviations_are_used_where_its_detector_is(graph, make_serializable):
    pytest.importorskip("scispacy.abbreviation")
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "CHEMICAL", "pattern": "ASX"}])
    nlp.add_pipe("abbreviation_detector", config={"make_serializable": make_serializable})
    nlp.add_pipe("kgbert_linker", config={"graph": graph, "detect": False})
    doc = nlp("Given acetylsalicylic acid extra (ASX) today. ASX was stopped.")
    long = "acetylsalicylic acid extra"
    from ingest.spacy_bridge import long_forms

    assert long_forms(doc) == {"ASX": long}
    assert [e.kb_id_ for e in doc.ents] == [SEEDS[0], SEEDS[0]]
    doc.user_data.clear()
    assert long_forms(doc) is None


def test_spacy_finds_the_component_without_an_import_of_kgbert(graph, tmp_path):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    info = tmp_path / "declared-0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: declared\nVersion: 0\n")
    lines = [f"{name} = {value}" for name, value in project["entry-points"]["spacy_factories"].items()]
    (info / "entry_points.txt").write_text("\n".join(["[spacy_factories]", *lines, ""]))
    code = (
        "import spacy; nlp = spacy.blank('en'); "
        f"nlp.add_pipe('kgbert_linker', config={{'graph': {graph!r}}}); print(nlp('No pain').ents[0]._.is_negated)"
    )
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("True"), done.stderr


def test_without_spacy_it_is_said_what_to_install():
    code = (
        "import sys; sys.modules['spacy'] = None; sys.modules['spacy.language'] = None; import kgbert.spacy_component"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "pip install 'kgbert[spacy]'" in done.stderr.splitlines()[-1]


def test_the_defaults_are_those_of_the_settings():
    assert spacy_component.Language.get_factory_meta("kgbert_linker").default_config["max_candidates"] == 5
