"""What is asked of a text: labels, the arguments they take, and the knowledge that would give them away."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import combinations, product
from typing import Any

from ingest.document import Document
from kgbert.errors import TaskError

NONE = "none"
"""The label of a pair between which the text states nothing."""

DOCUMENT, SENTENCE, LINE = "document", "sentence", "line"
"""What is read at once: a whole document, one sentence after another, or one line, where a corpus has its own sentences
on lines.
"""

UNITS = (DOCUMENT, SENTENCE, LINE)


@dataclass(frozen=True, slots=True)
class Task:
    """A relation-extraction task.

    Attributes:
        name: Short name, such as ``CID``.
        labels: Relation labels that are scored, without :data:`NONE`; corpora may state others, which count as none.
        argument_types: Mention types of subject and object, for every kind of pair that is asked about.
        directed: Whether subject and object may not change places. Where they may, the subject is the one that the
            document mentions first.
        unit: What is read at once, one of :data:`UNITS`.
        called: What corpora call the mention types, where it is something else.
        concept_types: Concept types that a mention type stands for, where mentions have no concept and are linked.
        forbidden_predicates: Relations of the graph that state the answer.
        forbidden_sources: Resources derived from the corpus, or curated from the same papers.

    Raises:
        TaskError: It has no label, one twice or :data:`NONE`, no kind of pair, or an unknown unit.
    """

    name: str
    labels: tuple[str, ...]
    argument_types: tuple[tuple[str, str], ...]
    directed: bool = True
    unit: str = DOCUMENT
    called: Mapping[str, str] = field(default_factory=dict, hash=False)
    concept_types: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False)
    forbidden_predicates: frozenset[str] = frozenset()
    forbidden_sources: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.labels or NONE in self.labels or len(set(self.labels)) < len(self.labels):
            raise TaskError(
                f"task {self.name!r}: labels {list(self.labels)}; expected some, none twice, without {NONE}"
            )
        if not self.argument_types or any(len(pair) != 2 for pair in self.argument_types):
            raise TaskError(f"task {self.name!r}: argument types {list(self.argument_types)}; expected pairs of types")
        if self.unit not in UNITS:
            raise TaskError(f"task {self.name!r}: unit {self.unit!r}; expected one of {', '.join(UNITS)}")

    @property
    def all_labels(self) -> tuple[str, ...]:
        """Labels in the order of a model's logits: :data:`NONE` first."""
        return (NONE, *self.labels)

    @property
    def mention_types(self) -> tuple[str, ...]:
        """Types of the mentions that a text must be marked with."""
        return tuple(dict.fromkeys(type for pair in self.argument_types for type in pair))

    def asked(self, document: Document) -> Iterator[tuple[str, str]]:
        """Yield every (subject, object) that the task asks about in ``document``; see :meth:`pairs`."""
        wanted = self.mention_types
        return self.pairs(
            {entity.id: entity.type for entity in document.entities if entity.id and entity.type in wanted}
        )

    def pairs(self, types: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Yield every (subject, object) that the task allows among arguments given with their mention ``types``.

        Where the task is not directed, each two arguments are one pair, in the order of ``types``.
        """
        if self.directed:
            for subject_type, object_type in self.argument_types:
                of_types = (_of(types, subject_type), _of(types, object_type))
                yield from ((subject, object) for subject, object in product(*of_types) if subject != object)
        else:
            allowed = {frozenset(pair) for pair in self.argument_types}
            yield from (pair for pair in combinations(types, 2) if frozenset(map(types.__getitem__, pair)) in allowed)


def _of(types: Mapping[str, str], wanted: str) -> Sequence[str]:
    return [id for id, type in types.items() if type == wanted]


CID = Task(
    name="CID",
    labels=("CID",),
    argument_types=(("Chemical", "Disease"),),
    forbidden_predicates=frozenset({"induces", "marker_or_mechanism"}),
    forbidden_sources=frozenset({"CTD", "PrimeKG", "DRKG"}),
)
"""Chemical-induced disease (BioCreative V, Wei et al. 2016, doi:10.1093/database/baw032), scored by document."""

_ACTIONS = frozenset(
    f"{action}_of"
    for action in (
        *("activator", "inducer", "positive_allosteric_modulator", "positive_modulator", "potentiator", "stimulator"),
        *("allosteric_antagonist", "blocker", "channel_blocker", "conversion_inhibitor", "inactivator", "inhibitor"),
        *("inhibitor_competitive", "inhibitory_allosteric_modulator", "negative_modulator", "suppressor"),
        *("agonist", "inverse_agonist", "partial_agonist", "antagonist", "partial_antagonist", "product", "substrate"),
    )
)
"""What DrugBank says that a drug does to a protein, where that is a group of ChemProt."""

CHEMPROT = Task(
    name="ChemProt",
    labels=("CPR:3", "CPR:4", "CPR:5", "CPR:6", "CPR:9"),
    argument_types=(("Chemical", "Gene"),),
    unit=SENTENCE,
    called={"CHEMICAL": "Chemical", "GENE-Y": "Gene", "GENE-N": "Gene"},
    forbidden_predicates=_ACTIONS,
    forbidden_sources=frozenset({"ChemProt", "CTD", "PrimeKG", "DRKG"}),
)
"""Chemicals and proteins (BioCreative VI, Krallinger et al. 2017). The five groups that the shared task evaluates.

All stated pairs of the training and development parts stand in one sentence, as these sentences are cut here. The
official script counts, like this, micro-averaged F1 over (document, chemical mention, gene mention, group).
"""

DDI = Task(
    name="DDI2013",
    labels=("advise", "effect", "int", "mechanism"),
    argument_types=(("Drug", "Drug"),),
    directed=False,
    unit=LINE,
    called=dict.fromkeys(("drug", "brand", "group", "drug_n"), "Drug"),
    concept_types={"Drug": frozenset({"Chemical"})},
    forbidden_predicates=frozenset({"interacts_with"}),
    forbidden_sources=frozenset({"DDI2013", "TWOSIDES", "PrimeKG", "DRKG"}),
)
"""Drug-drug interactions (Herrero-Zazo et al. 2013, doi:10.1016/j.jbi.2013.07.011), micro-averaged F1 over mentions.

Every two drug mentions of one of the corpus's own sentences are a pair (27,792 in the training part). The shared task
leaves out none either, though many systems first drop pairs by rule.
"""

BIORED = Task(
    name="BioRED",
    labels=(
        "Association",
        "Positive_Correlation",
        "Negative_Correlation",
        "Bind",
        "Cotreatment",
        "Comparison",
        "Drug_Interaction",
        "Conversion",
    ),
    argument_types=(
        ("Disease", "Gene"),
        ("Disease", "Variant"),
        ("Gene", "Gene"),
        ("Chemical", "Gene"),
        ("Chemical", "Chemical"),
        ("Chemical", "Disease"),
        ("Chemical", "Variant"),
        ("Variant", "Variant"),
    ),
    directed=False,
    called={
        "ChemicalEntity": "Chemical",
        "DiseaseOrPhenotypicFeature": "Disease",
        "GeneOrGeneProduct": "Gene",
        "SequenceVariant": "Variant",
    },
    forbidden_predicates=_ACTIONS | {"associated_with", "induces", "marker_or_mechanism"},
    forbidden_sources=frozenset({"BC5CDR", "BioRED", "CTD", "DisGeNET", "PrimeKG", "DRKG"}),
)
"""Relations between concepts of a document (Luo et al. 2022, doi:10.1093/bib/bbac282): pair and type, not novelty."""

_TASKS = {task.name: task for task in (CID, CHEMPROT, DDI, BIORED)}

Told = str | dict[str, Any]
"""How files tell a task: by its name, or with its fields where it is the user's own."""


def task_of(told: Told) -> Task:
    """Return the task that is ``told``.

    Raises:
        TaskError: No task has that name, or a field is unknown, missing or of the wrong kind.
    """
    if isinstance(told, str):
        return named(told)
    known = {f.name for f in fields(Task)}
    unknown, missing = sorted(told.keys() - known), sorted({"name", "labels", "argument_types"} - told.keys())
    if unknown or missing:
        what = f"unknown key {unknown[0]!r}" if unknown else f"key {missing[0]!r} is missing"
        raise TaskError(f"task {told.get('name')!r}: {what}; a task has {', '.join(sorted(known))}")
    values = dict(told)
    for key in ("forbidden_predicates", "forbidden_sources"):
        values[key] = frozenset(told.get(key, ()))
    values["concept_types"] = {type: frozenset(own) for type, own in told.get("concept_types", {}).items()}
    values["argument_types"] = tuple(map(tuple, told["argument_types"]))
    return Task(**{**values, "labels": tuple(told["labels"])})


def tell(task: Task) -> Told:
    """Return how a file tells ``task``; :func:`task_of` gives it back."""
    if _TASKS.get(task.name) == task:
        return task.name
    return {
        **{f.name: getattr(task, f.name) for f in fields(Task)},
        "labels": list(task.labels),
        "argument_types": [list(pair) for pair in task.argument_types],
        "called": dict(task.called),
        "concept_types": {type: sorted(own) for type, own in task.concept_types.items()},
        "forbidden_predicates": sorted(task.forbidden_predicates),
        "forbidden_sources": sorted(task.forbidden_sources),
    }


def named(name: str) -> Task:
    """Return the task called ``name``.

    Raises:
        TaskError: There is none; the message lists those there are.
    """
    if name not in _TASKS:
        raise TaskError(f"unknown task {name!r}; known: {', '.join(sorted(_TASKS))}")
    return _TASKS[name]
