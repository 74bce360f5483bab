"""A text as word pieces with a typed marker before every mention, cut into windows that an encoder can take.

One marker before a mention, of the mention's type, follows the typed entity markers of Zhou and Chen 2022
(arXiv:2102.01373), without their closing marker.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.document import Entity


@dataclass(frozen=True, slots=True)
class MarkedMention:
    """A mention in a sequence: its marker stands at ``start``, its last word piece before ``end``."""

    start: int
    end: int
    type: str
    ids: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Marked:
    """Word pieces and markers without special tokens.

    Attributes:
        input_ids: Word pieces; the placeholder's id where a marker stands.
        markers: As long; 0, or the marker's number.
        mentions: By position.
    """

    input_ids: tuple[int, ...]
    markers: tuple[int, ...]
    mentions: tuple[MarkedMention, ...]

    def windows(self, size: int, overlap: int) -> Iterator["Marked"]:
        """Yield parts of at most ``size`` tokens that overlap by at least ``overlap``, evenly spread.

        A mention that a window's edge cuts is left out of that window; one no longer than ``overlap`` is whole in
        another.
        """
        length = len(self.input_ids)
        if length <= size:
            yield self
            return
        n_windows = -(-(length - overlap) // (size - overlap))
        for i in range(n_windows):
            start = i * (length - size) // (n_windows - 1)
            yield self._part(start, start + size)

    def _part(self, start: int, end: int) -> "Marked":
        inside = [m for m in self.mentions if start <= m.start and m.end <= end]
        return Marked(
            self.input_ids[start:end],
            self.markers[start:end],
            tuple(MarkedMention(m.start - start, m.end - start, m.type, m.ids, m.score) for m in inside),
        )


def mark(
    input_ids: Sequence[int],
    offsets: Sequence[tuple[int, int]],
    entities: Sequence[Entity],
    *,
    placeholder: int,
    numbers: Mapping[str, int],
) -> Marked:
    """Put a marker before every mention of a text given as word pieces with character ``offsets``.

    Entities with one span and type share a marker. A type without a number takes marker number 1.
    """
    spans: dict[tuple[int, int, str], list[Entity]] = {}
    for entity in entities:
        spans.setdefault((entity.start, entity.end, entity.type), []).append(entity)
    pieces = _pieces(offsets, list(spans))
    ids: list[int] = []
    markers: list[int] = []
    mentions: list[tuple[int, int, tuple[int, int, str]]] = []
    waiting = sorted(zip(pieces, spans, strict=True), reverse=True)
    position: dict[int, int] = {}
    for i, id in enumerate(input_ids):
        while waiting and waiting[-1][0][0] == i:
            (_, last), span = waiting.pop()
            mentions.append((len(ids), last, span))
            ids.append(placeholder)
            markers.append(numbers.get(span[2], 1))
        position[i] = len(ids)
        ids.append(id)
        markers.append(0)
    placed = [
        MarkedMention(
            start,
            position[last] + 1,
            span[2],
            tuple(dict.fromkeys(e.id for e in spans[span] if e.id)),
            max(e.score for e in spans[span]),
        )
        for start, last, span in mentions
    ]
    return Marked(tuple(ids), tuple(markers), tuple(placed))


def _pieces(offsets: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int, str]]) -> list[tuple[int, int]]:
    """Return the first and last word piece of every span; one that holds no word piece takes its neighbour."""
    starts = [start for start, _ in offsets]
    ends = [end for _, end in offsets]
    top = len(offsets) - 1
    found = []
    for start, end, _ in spans:
        first = min(bisect_right(ends, start), top)
        found.append((first, min(max(bisect_left(starts, end) - 1, first), top)))
    return found
