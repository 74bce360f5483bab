"""One window of a document, with everything the model reads of it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from graph.retrieve import paths, resolve, subgraph
from graph.store import GraphStore
from graph.subgraph import MAX_PATH_EDGES, Path, Subgraph
from ingest.document import Document, Entity
from kgbert.config import KGBertConfig
from kgbert.errors import ConfigError
from kgbert.facts import facts
from kgbert.task import NONE, Task
from kgbert.window import Marked, mark

Ends = tuple[str, str] | None
"""The two concepts of a pair, where the graph holds both and they are two."""


class PairFeatures(Protocol):
    """Numbers that a graph gives for a pair of concepts, beside its nodes and paths."""

    @property
    def width(self) -> int:
        """How many numbers a pair has."""

    def __call__(self, pairs: Sequence[tuple[str | None, str | None]]) -> Sequence[Sequence[float]]:
        """Return the numbers of each pair; a concept that the graph does not hold is ``None``."""


@dataclass(frozen=True, slots=True)
class Example:
    """A window and the pairs of its concepts that are to be labelled.

    Attributes:
        document: Id of the document.
        input_ids: Word pieces with special tokens; a placeholder stands where a marker is.
        markers: As long as ``input_ids``; 0, or 1 + the index of the mention type whose marker stands here.
        arguments: Ids of the concepts mentioned in the window, as the document writes them.
        concepts: CURIE in the graph of every argument (a retired id's successor); ``None`` where it holds none.
        confidences: The linker's confidence in each argument, in (0, 1].
        mentions: (token of the marker, index of the argument) of every mention.
        ends: One past the last word piece of every mention, which begins after its marker.
        pairs: (subject, object) as indices of ``arguments``.
        labels: Index into ``Task.all_labels`` for every pair; ``None`` when not known.
        subgraph: What the graph holds around the arguments.
        paths: The paths between the two arguments of every pair.
        features: For every pair the numbers that :class:`PairFeatures` gave; empty without them.
    """

    document: str
    input_ids: tuple[int, ...]
    markers: tuple[int, ...]
    arguments: tuple[str, ...]
    concepts: tuple[str | None, ...]
    confidences: tuple[float, ...]
    mentions: tuple[tuple[int, int], ...]
    pairs: tuple[tuple[int, int], ...]
    labels: tuple[int, ...] | None = None
    subgraph: Subgraph = Subgraph()
    paths: tuple[tuple[Path, ...], ...] = ()
    features: tuple[tuple[float, ...], ...] = ()
    ends: tuple[int, ...] = ()


class ExampleMaker:
    """Cuts documents into examples: tokenise, mark, window, pair, retrieve.

    Args:
        tokenizer: Of the text encoder.
        config: Of the model.
        task: What pairs are asked about.
        store: The graph; without it examples carry no knowledge.
        links: Concept of each argument that is not called by a concept's id, as in corpora whose mentions have none.
        features: Gives numbers for each pair.
        excluded_sources: Sources whose relations are not read; by default those that ``task`` forbids.

    Attributes:
        relation_types: Those of the graph that are read; ``None`` for all.

    Raises:
        ConfigError: The windows leave no room for the text.
    """

    def __init__(
        self,
        tokenizer,
        config: KGBertConfig,
        task: Task,
        store: GraphStore | None = None,
        *,
        links: Mapping[str, str] | None = None,
        features: PairFeatures | None = None,
        excluded_sources: frozenset[str] | None = None,
    ) -> None:
        self.tokenizer = tokenizer
        self.config = config
        self.task = task
        self.store = store if config.knowledge or config.fact_tokens else None
        self._links = links or {}
        self._features = features
        self._excluded = task.forbidden_sources if excluded_sources is None else excluded_sources
        self.relation_types = _read_of(store, config) if store else None
        special = tuple(tokenizer("")["input_ids"])
        cut = special.index(tokenizer.cls_token_id) + 1
        self._front, self._back = special[:cut], special[cut:]
        self._room = config.max_tokens - len(special) - config.fact_tokens
        if self._room <= config.overlap:
            raise ConfigError(
                f"max_tokens {config.max_tokens}: with fact_tokens {config.fact_tokens} and special tokens, "
                f"{self._room} are left for the text, expected more than overlap {config.overlap}"
            )
        self._numbers = {type: i + 1 for i, type in enumerate(config.mention_types)}

    def __call__(self, document: Document, *, labelled: bool = False) -> Iterator[Example]:
        """Yield the windows of ``document`` that hold at least one pair.

        With ``labelled``, pairs take their label from ``document.relations``, none where it states nothing.
        A pair whose concepts never stand in one window is in no example.
        """
        if next(self.task.asked(document), None) is None:
            return
        for example in self._windows(document):
            if example.pairs:
                yield self._with_knowledge(self._with_labels(example, document) if labelled else example)

    def mentioning(self, document: Document) -> Iterator[Example]:
        """Yield the windows of ``document`` that hold a mention, with the graph around all of them, but no pairs."""
        for example in self._windows(document):
            if example.mentions:
                yield self._with_knowledge(replace(example, pairs=()))

    def _windows(self, document: Document) -> Iterator[Example]:
        """Yield the windows of ``document``, as text."""
        entities = [e for e in document.entities if e.id and e.type in self.task.mention_types]
        order = {id: i for i, id in enumerate(dict.fromkeys(e.id for e in entities if e.id))}
        encoding = self.tokenizer(document.text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
        for shown in self._shown(entities, list(self.task.asked(document))):
            marked = mark(
                encoding["input_ids"],
                encoding["offset_mapping"],
                shown,
                placeholder=self.tokenizer.mask_token_id,
                numbers=self._numbers,
            )
            for window in marked.windows(self._room, self.config.overlap):
                yield self._example(document, window, order)

    def _shown(self, entities: Sequence[Entity], pairs: Sequence[tuple[str, str]]) -> Iterator[Sequence[Entity]]:
        """Yield the entities to be marked together: all of them, or those of one pair after another."""
        if self.config.markers == "window":
            yield entities
        else:
            for pair in pairs:
                yield [e for e in entities if e.id in pair]

    def _example(self, document: Document, window: Marked, order: Mapping[str, int]) -> Example:
        seen = {id: mention.type for mention in window.mentions for id in mention.ids}
        types = seen if self.task.directed else {id: seen[id] for id in sorted(seen, key=order.__getitem__)}
        arguments = tuple(types)
        index = {id: i for i, id in enumerate(arguments)}
        confidence = dict.fromkeys(arguments, 1e-3)
        for mention in window.mentions:
            for id in mention.ids:
                confidence[id] = max(confidence[id], mention.score)
        front = len(self._front)
        return Example(
            document=document.id,
            input_ids=self._front + window.input_ids + self._back,
            markers=(0,) * front + window.markers + (0,) * len(self._back),
            arguments=arguments,
            concepts=(None,) * len(arguments),
            confidences=tuple(confidence.values()),
            mentions=tuple((m.start + front, index[id]) for m in window.mentions for id in m.ids),
            pairs=tuple((index[subject], index[object]) for subject, object in self.task.pairs(types)),
            ends=tuple(m.end + front for m in window.mentions for _ in m.ids),
        )

    def _with_labels(self, example: Example, document: Document) -> Example:
        stated = {(r.subject, r.object): r.label for r in document.relations}
        pairs = ((example.arguments[s], example.arguments[o]) for s, o in example.pairs)
        return replace(example, labels=tuple(self.task.all_labels.index(stated.get(pair, NONE)) for pair in pairs))

    def _with_knowledge(self, example: Example) -> Example:
        if self.store is None:
            return self._read(replace(example, paths=((),) * len(example.pairs)))
        concepts = self._concepts(self.store, example.arguments)
        between = [self._ends(concepts[s], concepts[o]) for s, o in example.pairs]
        found = subgraph(
            self.store,
            list(dict.fromkeys(id for id in concepts if id)),
            hops=self.config.hops,
            budget=self.config.budget,
            fan_out=self.config.fan_out,
            pairs=[ends for ends in between if ends],
            predicates=self.relation_types,
            excluded_sources=self._excluded,
        )
        numbers = self._features([(concepts[s], concepts[o]) for s, o in example.pairs]) if self._features else ()
        known = replace(
            example,
            concepts=concepts,
            subgraph=found,
            paths=tuple(map(self._paths, between)),
            features=tuple(map(tuple, numbers)),
        )
        return self._read(known)

    def _concepts(self, store: GraphStore, arguments: Sequence[str]) -> tuple[str | None, ...]:
        """Return the live concept of each argument; ``None`` where the graph holds none."""
        linked = [self._links.get(id, id) for id in arguments]
        held = [id for id, concept in zip(linked, store.concepts(linked), strict=True) if concept]
        current = dict(zip(held, resolve(store, held), strict=True))
        return tuple(current.get(id) for id in linked)

    def _read(self, example: Example) -> Example:
        """Return ``example`` as its text is to be read: with facts behind it, or with its words masked."""
        if self.config.mask_text:
            inside = range(len(self._front), len(example.input_ids) - len(self._back))
            mask = self.tokenizer.mask_token_id
            ids = tuple(mask if i in inside else id for i, id in enumerate(example.input_ids))
            example = replace(example, input_ids=ids)
        if self.config.fact_tokens:
            said = self.tokenizer(facts(example.subgraph, example.paths), add_special_tokens=False, verbose=False)[
                "input_ids"
            ]
            said = [*said[: self.config.fact_tokens - len(self._back)], *self._back]
            example = replace(
                example, input_ids=(*example.input_ids, *said), markers=(*example.markers, *[0] * len(said))
            )
        return example

    @staticmethod
    def _ends(subject: str | None, object: str | None) -> Ends:
        return (subject, object) if subject and object and subject != object else None

    def _paths(self, ends: Ends) -> tuple[Path, ...]:
        if ends is None or self.store is None:
            return ()
        return paths(
            self.store,
            *ends,
            max_edges=MAX_PATH_EDGES,
            limit=self.config.max_paths,
            predicates=self.relation_types,
            excluded_sources=self._excluded,
        )


def relation_types(examples: Collection[Example]) -> list[str]:
    """Return the relation types that ``examples`` hold, sorted."""
    stated = {relation.predicate for example in examples for relation in example.subgraph.relations}
    walked = (step.predicate for e in examples for found in e.paths for path in found for step in path.steps)
    return sorted(stated.union(walked))


def _read_of(store: GraphStore, config: KGBertConfig) -> frozenset[str] | None:
    """Return the relation types of ``store`` that are read; ``None`` for all."""
    if config.relation_types is None or store.release == config.graph_release:
        return None
    return frozenset(config.relation_types)
