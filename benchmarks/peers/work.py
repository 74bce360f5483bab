"""The work that every peer gets: the same names, the same texts, written once in files that need no library.

MeSH is every disease, then chemicals (descriptors, then supplementary concepts, both by id) until there are 148,000
names. MEDIC is all of it. HPO is what lies under "Phenotypic abnormality". Retired concepts are left out; a concept of
both types is a disease; every annotation of NCBI disease is one of a disease. Peers that learn from raw text get that
of the corpus's training part, or of BC5CDR's where it has none.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from peer import Mention, Name, Text

from graph.concept import Concept
from graph.formats.mesh import read_mesh
from graph.formats.obo import read_obo
from graph.formats.schemas import MEDIC
from graph.formats.table import read_concepts
from graph.ontology import Ontology
from graph.relation import IS_A
from ingest.corpora.read import read_documents
from ingest.document import Document

ROOT = Path(__file__).resolve().parents[2]
MESH_NAMES = 148_000
PHENOTYPIC_ABNORMALITY = "HP:0000118"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What peers look for.

    Attributes:
        names: All names, the most important concepts first; those of a concept stand together.
        same: Gives ids of one concept one id.
    """

    names: tuple[Name, ...]
    same: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class Task:
    """A corpus and what is looked for in it; files are relative to the folder of corpora."""

    name: str
    ontology: str
    dev: str
    test: str
    unlabelled: str


TASKS = (
    Task("bc5cdr", "MeSH", *(f"bc5cdr/CDR_{part}Set.PubTator.txt" for part in ("Development", "Test", "Training"))),
    Task("ncbi", "MEDIC", *(f"ncbi_disease/NCBI{part}set_corpus.txt" for part in ("develop", "test", "train"))),
    Task(
        "hpo-gsc",
        "HPO",
        "hpo_gsc/GSCplus_dev_gold.tsv",
        "hpo_gsc/GSCplus_test_gold.tsv",
        "bc5cdr/CDR_TrainingSet.PubTator.txt",
    ),
)


def read_mesh_names(ontologies: Path) -> Vocabulary:
    folder = ontologies / "mesh"
    retired = ROOT / "graph" / "data" / "mesh_retired.tsv"
    mesh = read_mesh(folder / "mesh_descriptors.tsv.gz", folder / "mesh_supplementary.tsv.gz", retired=retired)
    heirs = {concept.id: concept.replaced_by for concept in mesh.concepts if concept.replaced_by}

    def importance(concept: Concept) -> tuple[bool, bool, str]:
        return "Disease" not in concept.types, not concept.id.startswith("MESH:D"), concept.id

    names = names_of(sorted(mesh.concepts, key=importance), types=("Disease", "Chemical"))
    return Vocabulary(tuple(islice(names, MESH_NAMES)), lambda id: heirs.get(id) or id)


def read_medic_names(ontologies: Path) -> Vocabulary:
    medic = read_concepts(ontologies / "medic" / "medic_06Jul2012.txt", MEDIC)
    first = {other: concept.id for concept in medic.concepts for other in concept.xrefs}
    return Vocabulary(tuple(names_of(medic.concepts, types=("Disease",))), lambda id: first.get(id, id))


def read_hpo_names(ontologies: Path) -> Vocabulary:
    hpo = read_obo(ontologies / "hpo" / "hp.obo.gz")
    wanted = below(hpo, PHENOTYPIC_ABNORMALITY)
    heirs = {concept.id: concept.replaced_by for concept in hpo.concepts if concept.replaced_by}
    concepts = (replace(concept, types=("Phenotype",)) for concept in hpo.concepts if concept.id in wanted)
    return Vocabulary(tuple(names_of(concepts, types=("Phenotype",))), lambda id: heirs.get(id) or id)


VOCABULARIES = {"MeSH": read_mesh_names, "MEDIC": read_medic_names, "HPO": read_hpo_names}


def below(ontology: Ontology, root: str) -> set[str]:
    """Return the ids of `root` and all that it is a kind of."""
    children = defaultdict(list)
    for relation in ontology.relations:
        if relation.predicate == IS_A:
            children[relation.object].append(relation.subject)
    found, ahead = {root}, [root]
    while ahead:
        new = [child for child in children[ahead.pop()] if child not in found]
        found.update(new)
        ahead += new
    return found


def names_of(concepts: Iterable[Concept], *, types: tuple[str, ...]) -> Iterator[Name]:
    """Yield the names of the live concepts with one of `types`, the first of which it has being its type."""
    for concept in concepts:
        type = next((type for type in types if type in concept.types), None)
        if type is not None and not concept.obsolete:
            for name in dict.fromkeys((concept.name, *concept.synonyms)):
                yield Name(concept.id, name, name == concept.name, type)


def gold(path: Path, ontology: str) -> Iterator[Document]:
    """Yield the documents of a corpus, with the entities that count."""
    for document in read_documents(path):
        entities = document.entities
        if ontology == "MEDIC":
            entities = tuple(replace(entity, type="Disease") for entity in entities)
        yield replace(document, entities=entities)


def text_of(document: Document) -> Text:
    """Return what peers may see of a document: its text, and where something is annotated as what."""
    marked = dict.fromkeys(Mention(e.start, e.end, e.type) for e in document.entities)
    return Text(document.id, document.text, tuple(marked))


def write_lines(path: Path, values: Iterable[tuple[object, ...]]) -> None:
    """Write each value as a line of JSON; the file appears whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    with new.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(value) + "\n" for value in values)
    new.replace(path)


@dataclass(frozen=True, slots=True)
class Work:
    """A task that was written down for the peers."""

    task: Task
    vocabulary: Vocabulary
    documents: tuple[Document, ...]
    names: Path
    texts: Path
    unlabelled: Path


def prepare(
    task: Task, data: Path, folder: Path, *, test: bool, max_names: int | None, max_documents: int | None
) -> Work:
    """Read the published files of a task and write what the peers get into `folder`."""
    vocabulary = VOCABULARIES[task.ontology](data / "ontologies")
    vocabulary = replace(vocabulary, names=vocabulary.names[:max_names])
    corpus = partial(gold, ontology=task.ontology)
    documents = tuple(islice(corpus(data / "corpora" / (task.test if test else task.dev)), max_documents))
    learned = islice(corpus(data / "corpora" / task.unlabelled), max_documents)
    work = Work(
        task, vocabulary, documents, *(folder / name for name in ("names.jsonl", "texts.jsonl", "unlabelled.jsonl"))
    )
    write_lines(work.names, vocabulary.names)
    write_lines(work.texts, map(text_of, documents))
    write_lines(work.unlabelled, (Text(d.id, d.text, ()) for d in learned))
    return work
