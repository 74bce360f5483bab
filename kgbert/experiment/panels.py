"""How pictures look: panels, colours and the files they are written to."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph import atomic
from ingest.errors import MissingLibraryError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Those of Okabe and Ito (2008), told apart by the colour-blind; without yellow, which white paper swallows."""
MARKERS = "osD^vPX"
DASHES: tuple[tuple[int, tuple[int, ...]], ...] = (
    (0, ()), (0, (5, 2)), (0, (1, 1)), (0, (5, 1, 1, 1)), (0, (3, 1)), (0, (8, 2)), (0, (2, 2))
)  # fmt: skip

KINDS = ("png", "svg")
"""Files of each picture."""

GREY = "#767676"
_SIZE = (3.3, 2.7)
STYLE: Any = {
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 10,
    "font.size": 9,
    "legend.frameon": False,
    "svg.hashsalt": "kgbert",
}


def require_matplotlib() -> None:
    """Check that pictures can be drawn.

    Raises:
        MissingLibraryError: matplotlib is not installed; says how to get it.
    """
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        raise MissingLibraryError("matplotlib", "pip install 'kgbert[plot]'") from error


def look(i: int) -> dict[str, Any]:
    """Return how the ``i``-th line is drawn: by colour, marker and dashes, so that it is told apart without colour."""
    i %= len(COLOURS)
    return {"color": COLOURS[i], "marker": MARKERS[i], "linestyle": DASHES[i], "linewidth": 1.4}


def panels_for(titles: Sequence[str]) -> tuple["Figure", list["Axes"]]:
    """Return a figure with a panel for each of ``titles``, at least one."""
    from matplotlib.figure import Figure

    columns = min(len(titles), 3 if len(titles) < 10 else 4)
    rows = math.ceil(len(titles) / columns)
    size = (max(_SIZE[0] * columns, 5.2), _SIZE[1] * rows + 1)
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False).ravel().tolist()
    for panel, title in zip(panels, titles, strict=False):
        panel.set_title(title)
    for panel in panels[len(titles) :]:
        panel.remove()
    return figure, panels[: len(titles)]


def name_axes(panels: Sequence["Axes"], *, x: str, y: str) -> None:
    """Name the axes at the outer panels."""
    places = [panel.get_subplotspec() for panel in panels]
    lowest = {p.colspan.start: panel for p, panel in zip(places, panels, strict=True) if p is not None}
    for panel in lowest.values():
        panel.set_xlabel(x)
    for place, panel in zip(places, panels, strict=True):
        if place is not None and place.is_first_col():
            panel.set_ylabel(y)


def share_y(panels: Sequence["Axes"]) -> None:
    """Give ``panels`` one range of y, so that they can be compared."""
    ends = [panel.get_ylim() for panel in panels]
    for panel in panels:
        panel.set_ylim(min(low for low, _ in ends), max(high for _, high in ends))


def add_legend(figure: "Figure", panels: Sequence["Axes"]) -> None:
    """Name below the panels, once each, all lines that they have."""
    named = {
        label: handle for panel in panels for handle, label in zip(*panel.get_legend_handles_labels(), strict=True)
    }
    figure.legend(named.values(), named.keys(), loc="outside lower center", ncols=min(len(named), 7) or 1)


def save(figure: "Figure", path: Path) -> Path:
    """Write ``figure`` in the format that the suffix of ``path`` names; the same figure gives the same bytes."""
    nothing = {"Date": None, "Creator": None} if path.suffix == ".svg" else {"Software": None}
    with atomic.file(path) as out:
        figure.savefig(out, format=path.suffix[1:], dpi=150, metadata=nothing)
    return path
