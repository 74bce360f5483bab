"""RDF in every syntax becomes the same ontology, whoever parses it."""

import gzip
import re
import sys
import tarfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import curie
from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.errors import CycleError, OntologyFormatError
from graph.formats import load
from graph.formats.iri import Curies
from graph.formats.rdf import read_rdf
from graph.formats.reading import Reading
from graph.ontology import Ontology
from graph.relation import Relation

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
OBO = "http://purl.obolibrary.org/obo/"
PREFIXES = f"""\
@prefix rdf: <{RDF}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xl: <http://www.w3.org/2008/05/skos-xl#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix oio: <http://www.geneontology.org/formats/oboInOwl#> .
@prefix obo: <{OBO}> .
@prefix ex: <http://example.org/pets#> .
"""
OWL = (
    PREFIXES
    + """
obo:pet.owl a owl:Ontology ;
    owl:versionIRI <http://purl.obolibrary.org/obo/pet/releases/2024-02-29/pet.owl> ;
    dct:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
    owl:imports <http://example.org/elsewhere.owl> .
obo:BFO_0000050 a owl:ObjectProperty ; rdfs:label "part of"@en .
obo:PET_1 a owl:Class ; rdfs:label "pet"@en , "Haustier"@de ; rdfs:comment "Not work." .
obo:PET_2 a owl:Class ; rdfs:label "cat" ;
    obo:IAO_0000115 "A pet that\\npurrs." ; rdfs:comment "no definition" ;
    oio:hasExactSynonym "house cat" , "puss \\"tom\\"" ; oio:hasRelatedSynonym "mouser" ; obo:IAO_0000118 "felis" ;
    oio:hasDbXref "NCBITaxon:9685" , "nowhere" , <http://id.nlm.nih.gov/mesh/D002415> ;
    oio:hasOBONamespace "felid" ; oio:hasAlternativeId "PET:20" ;
    rdfs:subClassOf obo:PET_1 , owl:Thing ,
        [ a owl:Restriction ; owl:onProperty obo:BFO_0000050 ; owl:someValuesFrom obo:PET_9 ] ,
        [ a owl:Restriction ; owl:onProperty obo:BFO_0000050 ; owl:allValuesFrom obo:PET_9 ] ;
    owl:equivalentClass obo:NCIT_C14191 , [ a owl:Class ; owl:unionOf ( obo:PET_1 obo:PET_9 ) ] ;
    owl:disjointWith obo:PET_9 .
obo:PET_9 a owl:Class ; rdfs:label "household" .
obo:PET_20 a owl:Class ; owl:deprecated true ; obo:IAO_0100001 obo:PET_2 .
obo:PET_3 a owl:Class ; rdfs:label "obsolete ferret" ; owl:deprecated true ; obo:IAO_0100001 "PET:2" .
obo:PET_4 a owl:Class , owl:DeprecatedClass .
ex:tom a owl:NamedIndividual , obo:PET_2 ; rdfs:label "Tom" .
[] a owl:Axiom ; owl:annotatedSource obo:PET_2 ; owl:annotatedProperty rdfs:label ; owl:annotatedTarget "cat" .
[] a owl:AllDisjointClasses ; owl:members ( obo:PET_1 obo:PET_9 ) .
"""
)
SCHEME = (
    PREFIXES
    + """
ex:pets a skos:ConceptScheme ; skos:prefLabel "Pets"@en , "Haustiere"@de ; owl:versionInfo "7" .
ex:pet a skos:Concept ; skos:prefLabel "pet"@en ; skos:topConceptOf ex:pets .
ex:cat a skos:Concept ; skos:inScheme ex:pets ; skos:broader ex:pet ; skos:related ex:hay ;
    skos:prefLabel "cat"@en , "Katze"@de , "gato"@es ;
    skos:altLabel "feline"@en-GB , "Mieze"@de ; skos:hiddenLabel "catt" ;
    skos:definition "A small felid."@en , "Kleine Katze."@de ; rdfs:comment "Purrs."@en ;
    skos:exactMatch <http://www.wikidata.org/entity/Q146> ; ex:isHuntedBy ex:dog .
ex:dog a skos:Concept ; xl:prefLabel [ xl:literalForm "dog"@en ] ; xl:altLabel ex:dog-label .
ex:dog-label xl:literalForm "hound"@en , "Hund"@de .
ex:pet skos:narrower ex:dog .
ex:hay a skos:Concept ; skos:prefLabel "Heu"@de , "foin"@fr ; skos:altLabel "Gras"@de .
ex:GuineaPig a skos:Concept .
ex:vole a skos:Concept ; skos:prefLabel "vole"@en ; dct:isReplacedBy ex:GuineaPig .
"""
)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def no_oxigraph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.formats.rdf_parse.find_spec", lambda _: None)
    monkeypatch.setitem(sys.modules, "pyoxigraph", None)


def by_id(ontology: Ontology) -> dict[str, Concept]:
    return {concept.id: concept for concept in ontology.concepts}


def test_owl_class_carries_all_it_says(tmp_path: Path) -> None:
    reading = Reading()
    pet = load(write(tmp_path / "anything", OWL), reading=reading)
    assert (pet.name, pet.version) == ("pet", "pet/releases/2024-02-29")
    assert pet.licence == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert pet.concepts == (
        Concept("PET:1", "pet", types=("pet",), definition="Not work."),
        Concept(
            "PET:2",
            "cat",
            ("house cat", 'puss "tom"', "mouser", "felis"),
            ("felid",),
            "A pet that\npurrs.",
            ("NCBITaxon:9685", "MESH:D002415", "NCIT:C14191"),
        ),
        Concept("PET:20", "cat", (), ("felid",), obsolete=True, replaced_by="PET:2"),
        Concept("PET:3", "obsolete ferret", (), ("pet",), obsolete=True, replaced_by="PET:2"),
        Concept("PET:4", "PET:4", (), ("pet",), obsolete=True),
        Concept("PET:9", "household", types=("pet",)),
    )
    assert pet.relations == (
        Relation("PET:2", "is_a", "PET:1", "pet"),
        Relation("PET:2", "part_of", "PET:9", "pet"),
    )
    assert {omission.reason: omission.count for omission in reading.omissions} == {
        "anonymous class": 2,
        "logical axiom": 2,
        "annotation of an axiom": 1,
        "cross-reference that is no CURIE": 1,
        "import that is not among the files": 1,
        "individual that is no SKOS concept": 1,
        "name in another language": 1,
        "statement about a built-in class": 1,
    }


def test_skos_concept_carries_all_it_says(tmp_path: Path) -> None:
    reading = Reading()
    pets = load(write(tmp_path / "anything", SCHEME), reading=reading)
    assert (pets.name, pets.version) == ("pets", "7")
    concepts = by_id(pets)
    assert concepts["ex:cat"] == Concept(
        "ex:cat", "cat", ("feline", "catt"), ("Pets",), "A small felid.", ("WIKIDATA:Q146",)
    )
    assert (concepts["ex:dog"].name, concepts["ex:dog"].synonyms) == ("dog", ("hound",))
    assert concepts["ex:pet"].types == ("Pets",)
    assert concepts["ex:dog"].types == ("pets",)
    assert concepts["ex:GuineaPig"].name == "Guinea Pig"
    assert concepts["ex:vole"] == Concept("ex:vole", "vole", types=("pets",), obsolete=True, replaced_by="ex:GuineaPig")
    assert set(pets.relations) == {
        Relation("ex:cat", "is_a", "ex:pet", "pets"),
        Relation("ex:dog", "is_a", "ex:pet", "pets"),
        Relation("ex:cat", "related", "ex:hay", "pets"),
        Relation("ex:cat", "is_hunted_by", "ex:dog", "pets"),
    }
    counts = {omission.reason: omission.count for omission in reading.omissions}
    assert counts == {"name in another language": 6, "definition in another language": 1}


@pytest.mark.parametrize(
    ("languages", "cat", "hay"),
    [
        (("en",), ("cat", ("feline", "catt")), ("Heu", ())),
        (("de",), ("Katze", ("Mieze", "catt")), ("Heu", ("Gras",))),
        (("fr", "de"), ("Katze", ("Mieze", "catt")), ("foin", ("Heu", "Gras"))),
        (("de", "en"), ("Katze", ("cat", "Mieze", "feline", "catt")), ("Heu", ("Gras",))),
        ((), ("Katze", ("cat", "gato", "Mieze", "feline", "catt")), ("Heu", ("foin", "Gras"))),
    ],
)
def test_first_wanted_language_names_the_concept(
    tmp_path: Path, languages: tuple[str, ...], cat: tuple[str, tuple[str, ...]], hay: tuple[str, tuple[str, ...]]
) -> None:
    concepts = by_id(load(write(tmp_path / "x", SCHEME), reading=Reading(languages)))
    assert (concepts["ex:cat"].name, concepts["ex:cat"].synonyms) == cat
    assert (concepts["ex:hay"].name, concepts["ex:hay"].synonyms) == hay


@pytest.mark.parametrize("text", [OWL, SCHEME])
def test_every_syntax_and_both_parsers_say_the_same(tmp_path: Path, text: str, request: pytest.FixtureRequest) -> None:
    import rdflib

    turtle = write(tmp_path / "a.ttl", text)
    dataset = rdflib.Graph(bind_namespaces="none").parse(turtle)
    files = [turtle]
    for format, name in (
        ("xml", "a.owl"),
        ("nt", "a.nt"),
        ("json-ld", "a.jsonld"),
        ("nquads", "a.nq"),
        ("trig", "a.trig"),
    ):
        graph = rdflib.Dataset()
        graph.addN((*triple, graph.default_graph) for triple in dataset)
        for prefix, namespace in dataset.namespaces():
            graph.bind(prefix, namespace)
        source = dataset if format in ("xml", "nt") else graph
        files.append(tmp_path / name)
        source.serialize(files[-1], format=format, auto_compact=True, encoding="utf-8")
    fast = [load(file) for file in files]
    request.getfixturevalue("no_oxigraph")
    slow = [load(file) for file in files]
    assert fast == slow
    own = [ontology for file, ontology in zip(files, fast, strict=True) if file.suffix not in (".nt", ".nq")]
    assert own == own[:1] * 4
    if text == OWL:
        assert fast == fast[:1] * 6


@pytest.mark.parametrize("parser", ["pyoxigraph", "rdflib"])
def test_byte_order_mark_and_compression_make_no_difference(
    tmp_path: Path, parser: str, request: pytest.FixtureRequest
) -> None:
    if parser == "rdflib":
        request.getfixturevalue("no_oxigraph")
    packed = tmp_path / "packed"
    packed.write_bytes(gzip.compress(OWL.encode("utf-8-sig")))
    assert load(packed) == load(write(tmp_path / "x", OWL))


def test_prefixes_come_from_the_file_unless_well_known(tmp_path: Path) -> None:
    text = """
        @prefix m: <http://id.nlm.nih.gov/mesh/> . @prefix : <http://example.org/a/> .
        @prefix ex: <http://example.org/a/b#> . @prefix MESH: <http://example.org/mesh/> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        m:D1 a owl:Class . :x a owl:Class . ex:y a owl:Class . MESH:z a owl:Class .
    """
    found = {concept.id for concept in load(write(tmp_path / "x", text)).concepts}
    assert found == {"MESH:D1", "example.org.a:x", "ex:y", "example.org.mesh:z"}


def test_namespaces_that_would_share_a_prefix_are_kept_apart() -> None:
    iris = ["http://example.org/a/x", "https://example.org/a/x", "http://example.org/a#x", OBO + "PET_1"]
    curies = Curies([("PET", "http://pets.example/")])
    curies.add([*iris, "http://pets.example/1"])
    found = [curies[iri] for iri in iris]
    assert (found[2], found[3], len(set(found))) == ("example.org.a:x", "PET:1", 4)
    assert all(re.fullmatch(r"example\.org\.a\.[0-9a-f]{6}:x", id) for id in found[:2])
    assert re.fullmatch(r"PET\.[0-9a-f]{6}:1", curies["http://pets.example/1"])


SEGMENT = st.text("ab.-_1", min_size=1, max_size=3)
IRI = st.builds(
    lambda scheme, parts, last: scheme + "".join(a + b for a, b in parts) + last,
    st.sampled_from(["http://", "https://", "urn:", OBO, "http://id.nlm.nih.gov/mesh/", "http://a/"]),
    st.lists(st.tuples(SEGMENT, st.sampled_from("/#:_")), max_size=3),
    SEGMENT,
)


@given(
    iris=st.sets(IRI, max_size=12), declared=st.lists(st.tuples(st.sampled_from(["a", "b", "MESH"]), IRI), max_size=4)
)
def test_no_two_iris_share_a_curie_in_any_order(iris: set[str], declared: list[tuple[str, str]]) -> None:
    one, other = Curies(declared), Curies(reversed(declared))
    one.add(sorted(iris))
    other.add(sorted(iris, reverse=True))
    found = {iri: curie.check(one[iri]) for iri in iris}
    assert len(set(found.values())) == len(iris)
    assert found == {iri: other[iri] for iri in iris}


def test_folder_is_one_ontology(tmp_path: Path) -> None:
    head = PREFIXES + "<http://x.org/zoo/{0}/> a owl:Ontology ; owl:imports <http://x.org/zoo/{1}/> .\n"
    (tmp_path / "sub").mkdir()
    write(tmp_path / "cats.ttl", head.format("cats", "base") + "ex:cat a owl:Class ; rdfs:subClassOf ex:pet, <#dog> .")
    write(tmp_path / "sub/base.ttl", head.format("base", "far") + 'ex:pet a owl:Class ; rdfs:label "pet" .')
    write(tmp_path / "README", "Pets.")
    (tmp_path / "more.nt.gz").write_bytes(
        gzip.compress(
            b"<http://example.org/pets#cat> <http://www.w3.org/2000/01/rdf-schema#label> 'Cat' .".replace(b"'", b'"')
        )
    )
    reading = Reading()
    zoo = load(tmp_path, reading=reading)
    assert zoo.name == "zoo"
    assert zoo.concepts == (Concept("ex:cat", "Cat", types=("zoo",)), Concept("ex:pet", "pet", types=("zoo",)))
    assert zoo.relations == (
        Relation("ex:cat", "is_a", "cats.ttl:dog", "zoo"),
        Relation("ex:cat", "is_a", "ex:pet", "zoo"),
    )
    assert {o.reason: (o.count, o.places) for o in reading.omissions} == {
        "file that is no RDF": (1, (str(tmp_path / "README"),)),
        "import that is not among the files": (1, (str(tmp_path),)),
    }


def test_broken_file_in_a_folder_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.ttl", OWL)
    write(tmp_path / "b.owl", "Ontology(<http://x.org/>)\n")
    with pytest.raises(OntologyFormatError, match="no syntax of RDF") as caught:
        load(tmp_path)
    assert (caught.value.path, caught.value.line) == (str(tmp_path / "b.owl"), 1)


def test_cycle_passes_the_loader_and_not_the_store(tmp_path: Path) -> None:
    text = PREFIXES + "ex:a a owl:Class ; rdfs:subClassOf ex:b . ex:b a owl:Class ; rdfs:subClassOf ex:a ."
    ontology = load(write(tmp_path / "x", text))
    assert len(ontology.relations) == 2
    with pytest.raises(CycleError):
        EmbeddedGraphStore.from_ontologies(tmp_path / "graph", ontology)


XML = f'<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="{RDF}"\n xmlns:owl="http://www.w3.org/2002/07/owl#">\n'
BROKEN = [
    (PREFIXES + "ex:a a owl:Class .\nex:b a .\n", 11, "not Turtle"),
    (PREFIXES + 'ex:a rdfs:label "never closed .\n', 10, "not Turtle"),
    ("@prefix x: <http://x.org/> .\nx:a a nowhere:b .\n", 2, "not Turtle"),
    (XML + '<owl:Class rdf:about="http://x.org/a">\n</rdf:RDF>', 5, "mismatched tag"),
    (XML + '<owl:Class rdf:about="http://x.org/a"/>\n', 5, "no element found"),
    (XML + '<skos:Concept rdf:about="http://x.org/a"/></rdf:RDF>', 4, "unbound prefix"),
    (XML + '<owl:Class rdf:about="&nowhere;a"/></rdf:RDF>', 4, "undefined entity"),
    (
        "<http://x.org/a> <http://x.org/b> <http://x.org/c> .\n<http://x.org/a> <http://x.org/b> c .\n",
        2,
        "not N-Triples",
    ),
    ('{"@context": {"a": "http://x.org/"},\n"@id": "a:b",\n"a:c"', 3, "not JSON"),
    (
        '{"@context": "https://schema.org/", "@id": "a:b"}',
        0,
        "the context is at https://schema.org/; nothing is fetched",
    ),
    ('[{"@id": "http://x.org/a", "http://x.org/b": {"@context": {"@import": "f"}}}]', 0, "the context is at f"),
    (PREFIXES + "ex:tom a owl:NamedIndividual .\n", 0, "neither a class nor a SKOS concept"),
]


@pytest.mark.parametrize(("text", "line", "problem"), BROKEN)
@pytest.mark.parametrize("parser", ["pyoxigraph", "rdflib"])
def test_broken_file_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, problem: str, parser: str, request: pytest.FixtureRequest
) -> None:
    if parser == "rdflib":
        request.getfixturevalue("no_oxigraph")
    file = write(tmp_path / "x", text)
    with pytest.raises(OntologyFormatError, match=problem) as caught:
        load(file)
    assert (caught.value.path, caught.value.line) == (str(file), line)


def test_damaged_compression_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.ttl.gz"
    file.write_bytes(gzip.compress((OWL + "\n# " + "".join(map(chr, range(33, 30_000)))).encode())[:-30])
    with pytest.raises(OntologyFormatError, match="compressed data is damaged"):
        load(file)


@pytest.mark.parametrize(
    "text", ["<html><body>RDF</body></html>", "<?xml version='1.0'?><a/>", "prefix: x\n", "<a b c\n"]
)
def test_what_only_looks_like_rdf_is_unknown(tmp_path: Path, text: str) -> None:
    with pytest.raises(OntologyFormatError, match="unknown format"):
        load(write(tmp_path / "x.rdf", text))


def test_obo_term_names_are_not_taken_for_turtle_nor_turtle_for_obo(tmp_path: Path) -> None:
    obo = write(tmp_path / "a", "ontology: x\n\n[Term]\nid: X:1\nname: one\n")
    turtle = write(
        tmp_path / "b",
        PREFIXES.replace("ex:", "ontology:") + "ontology: a owl:Ontology .\nontology:cat a owl:Class .\n",
    )
    assert [concept.id for concept in load(obo).concepts] == ["X:1"]
    assert [concept.id for concept in load(turtle).concepts] == ["ontology:cat"]


@pytest.fixture(scope="module")
def fibo_dir(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fibo")
    with tarfile.open(data_dir / "ontologies/fibo/fibo.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder


def test_fibo_is_one_ontology(fibo_dir: Path) -> None:
    import rdflib

    reading = Reading()
    fibo = load(fibo_dir, reading=reading)
    facts = Counter(r.predicate for r in fibo.relations)
    assert (fibo.name, fibo.version, fibo.licence) == ("fibo", "20260701", "https://opensource.org/licenses/MIT")
    assert len(fibo.concepts) == len(by_id(fibo)) == 3_021
    assert facts["is_a"] > 4_000
    assert sum(facts.values()) > 5_500
    bond = by_id(fibo)["fibo-sec-dbt-bnd:Bond"]
    file = rdflib.Graph().parse(fibo_dir / "SEC/Debt/Bonds.rdf")
    iri = rdflib.URIRef("https://spec.edmcouncil.org/fibo/ontology/SEC/Debt/Bonds/Bond")
    assert bond.name == str(file.value(iri, rdflib.RDFS.label))
    assert bond.definition == str(file.value(iri, rdflib.SKOS.definition))
    counts = {omission.reason: omission.count for omission in reading.omissions}
    assert counts["individual that is no SKOS concept"] == 4_133
    assert counts["file that is no RDF"] == 2


def test_fibo_counts_are_those_of_its_files(fibo_dir: Path) -> None:
    """Counted anew by a plain search of the XML, without a parser of RDF."""
    found = set()
    for file in fibo_dir.rglob("*.rdf"):
        text = file.read_text(encoding="utf-8")
        entities = dict(re.findall(r'<!ENTITY (\S+) "([^"]*)">', text))
        names = re.findall(r'<owl:Class rdf:about="([^"]*)"', text)
        names += re.findall(r'<rdf:Description rdf:about="([^"]*)">\s*<rdf:type rdf:resource="&owl;Class"/>', text)
        for entity, namespace in entities.items():
            names = [name.replace(f"&{entity};", namespace) for name in names]
        found.update(names)
    assert len(found) == 3_021


def test_both_parsers_read_fibo_alike(fibo_dir: Path, request: pytest.FixtureRequest) -> None:
    fast = read_rdf(fibo_dir / "SEC/Debt")
    request.getfixturevalue("no_oxigraph")
    assert read_rdf(fibo_dir / "SEC/Debt") == fast
