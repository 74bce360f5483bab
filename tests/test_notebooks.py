"""Every notebook runs from its first cell to its last."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_and_says_what_it_said(path, tmp_path, monkeypatch, request):
    if "KGBERT_DATA" in path.read_text(encoding="utf-8"):
        monkeypatch.setenv("KGBERT_DATA", str(request.getfixturevalue("data_dir")))
    monkeypatch.setenv("KGBERT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONPATH", str(path.parents[1]))
    notebook = nbformat.read(path, as_version=4)
    before = _printed(notebook)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": tmp_path}}).execute()
    assert _printed(notebook) == before


def _printed(notebook):
    """Return the text that each cell printed."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return ["".join(out.text for out in cell.outputs if out.output_type == "stream") for cell in cells]
