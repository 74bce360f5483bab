"""One window of a document, with everything the model reads of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from graph.retrieve import paths, resolve, subgraph
from graph.store import GraphStore
from graph.subgraph import MAX_PATH_EDGES, Path, Subgraph
from ingest.document import Document, Entity
from kgbert.config import KGBertConfig
from kgbert.task import NONE, Task
from kgbert.window import Marked, mark


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
        pairs: (subject, object) as indices of ``arguments``.
        labels: Index into ``Task.all_labels`` for every pair; ``None`` when not known.
        subgraph: What the graph holds around the arguments.
        paths: The paths between the two arguments of every pair.
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


class ExampleMaker:
    """Cuts documents into examples: tokenise, mark, window, pair, retrieve."""

    def __init__(self, tokenizer, config: KGBertConfig, task: Task, store: GraphStore | None = None) -> None:
        """Make examples for ``task``; without a ``store`` they carry no knowledge."""
        self.tokenizer = tokenizer
        self.config = config
        self.task = task
        self.store = store if config.knowledge else None
        special = tuple(tokenizer("")["input_ids"])
        cut = special.index(tokenizer.cls_token_id) + 1
        self._front, self._back = special[:cut], special[cut:]
        self._room = config.max_tokens - len(special)
        self._numbers = {type: i + 1 for i, type in enumerate(config.mention_types)}

    def __call__(self, document: Document, *, labelled: bool = False) -> Iterator[Example]:
        """Yield the windows of ``document`` that hold at least one pair.

        With ``labelled``, pairs take their label from ``document.relations``, none where it states nothing.
        A pair whose concepts never stand in one window is in no example.
        """
        entities = [e for e in document.entities if e.id and e.type in self.task.mention_types]
        types = {e.id: e.type for e in entities if e.id}
        pairs = list(self.task.pairs(types))
        if not pairs:
            return
        encoding = self.tokenizer(document.text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
        for shown in self._shown(entities, pairs):
            marked = mark(
                encoding["input_ids"],
                encoding["offset_mapping"],
                shown,
                placeholder=self.tokenizer.mask_token_id,
                numbers=self._numbers,
            )
            for window in marked.windows(self._room, self.config.overlap):
                example = self._example(document, window)
                if example.pairs:
                    yield self._with_knowledge(self._with_labels(example, document) if labelled else example)

    def _shown(self, entities: Sequence[Entity], pairs: Sequence[tuple[str, str]]) -> Iterator[Sequence[Entity]]:
        """Yield the entities to be marked together: all of them, or those of one pair after another."""
        if self.config.markers == "window":
            yield entities
        else:
            for pair in pairs:
                yield [e for e in entities if e.id in pair]

    def _example(self, document: Document, window: Marked) -> Example:
        types = {id: mention.type for mention in window.mentions for id in mention.ids}
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
        )

    def _with_labels(self, example: Example, document: Document) -> Example:
        stated = {(r.subject, r.object): r.label for r in document.relations}
        pairs = ((example.arguments[s], example.arguments[o]) for s, o in example.pairs)
        return replace(example, labels=tuple(self.task.all_labels.index(stated.get(pair, NONE)) for pair in pairs))

    def _with_knowledge(self, example: Example) -> Example:
        if self.store is None:
            return replace(example, paths=((),) * len(example.pairs))
        known = self.store.concepts(example.arguments)
        held = [id for id, concept in zip(example.arguments, known, strict=True) if concept]
        current = dict(zip(held, resolve(self.store, held), strict=True))
        concepts = tuple(current.get(id) for id in example.arguments)
        between = [self._ends(concepts[s], concepts[o]) for s, o in example.pairs]
        found = subgraph(
            self.store,
            list(dict.fromkeys(current.values())),
            hops=self.config.hops,
            budget=self.config.budget,
            fan_out=self.config.fan_out,
            pairs=[ends for ends in between if ends],
            excluded_sources=self.task.forbidden_sources,
        )
        return replace(example, concepts=concepts, subgraph=found, paths=tuple(map(self._paths, between)))

    @staticmethod
    def _ends(subject: str | None, object: str | None) -> tuple[str, str] | None:
        return (subject, object) if subject and object and subject != object else None

    def _paths(self, ends: tuple[str, str] | None) -> tuple[Path, ...]:
        if ends is None or self.store is None:
            return ()
        return paths(
            self.store,
            *ends,
            max_edges=MAX_PATH_EDGES,
            limit=self.config.max_paths,
            excluded_sources=self.task.forbidden_sources,
        )
