"""Large RRF tables in blocks of columns, some thirty times as fast as row by row."""

import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from lzma import LZMAError
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.errors import OntologyFormatError
from graph.formats.rrf_table import rows
from graph.formats.text import open_bytes

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

    Ints = npt.NDArray[Any]

_BLOCK, _LARGEST_BLOCK = 1 << 21, (1 << 31) - 1
"""Bytes read at a time (Arrow reads some thirty blocks ahead); a longer line is met with the larger block."""
_END = "end of the row"


def blocks(
    path: Path, columns: Collection[str], texts: Collection[str], labels: Collection[str]
) -> "Iterator[tuple[int, pa.RecordBatch]]":
    """Yield blocks of rows of the table at ``path``, each with the line of its first row.

    Only the ``columns`` called ``texts`` (as strings) and ``labels`` (as dictionaries, for there are few different
    ones) are read.

    Raises:
        OntologyFormatError: As :func:`graph.formats.rrf_table.rows`.
    """
    import pyarrow as pa

    if not path.stat().st_size:
        return
    line, lacking = 1, False
    try:
        for block in _read(path, columns, texts, labels):
            if not lacking and _lacks_cells(block, texts, labels):
                lacking = True
                _check(path, columns)
            yield line, block
            line += len(block)
    except (pa.ArrowException, EOFError, OSError, zlib.error, LZMAError) as error:
        _check(path, columns)
        raise OntologyFormatError(path, line, f"a row in the block that begins here cannot be read ({error})") from None


def _check(path: Path, columns: Collection[str]) -> None:
    """Read row by row, which finds and words what is wrong."""
    for _ in rows(path, columns):
        pass


def _lacks_cells(block: "pa.RecordBatch", texts: Collection[str], labels: Collection[str]) -> bool:
    """Return whether a row has nothing in any column that is read: an empty line is taken for such a row."""
    import pyarrow.compute as pc

    empty = None
    for name in (*texts, *labels):
        column = block.column(name)
        if name in labels:
            here = pc.equal(column.dictionary, "").take(column.indices)
        else:
            here = pc.equal(pc.binary_length(column), 0)
        empty = here if empty is None else pc.and_(empty, here)
        if not pc.any(empty).as_py():
            return False
    return True


def by_labels(rows: "pa.Table | pa.RecordBatch", labels: Sequence[str], find: Callable[..., int]) -> "Ints":
    """Return ``find`` of the ``labels`` of each row; it is asked once for each combination that there is."""
    import numpy as np

    columns = [_array(rows.column(label)) for label in labels]
    texts = [column.dictionary.to_pylist() for column in columns]
    places = [column.indices.to_numpy() for column in columns]
    sizes = [max(len(values), 1) for values in texts]
    combined, inverse = np.unique(np.ravel_multi_index(places, sizes), return_inverse=True)
    at = zip(*(place.tolist() for place in np.unravel_index(combined, sizes)), strict=True)
    found = [find(*(values[n] for values, n in zip(texts, place, strict=True))) for place in at]
    numbers: Ints = np.array(found, np.int64)[inverse]
    return numbers


def _array(column: "pa.ChunkedArray | pa.Array") -> "pa.Array":
    return column.combine_chunks() if hasattr(column, "chunks") else column


def _read(
    path: Path, columns: Collection[str], texts: Collection[str], labels: Collection[str]
) -> "Iterator[pa.RecordBatch]":
    """Yield blocks; of a file with very long lines, larger ones."""
    import pyarrow as pa
    from pyarrow import csv

    few = pa.dictionary(pa.int32(), pa.string())
    types = dict.fromkeys(texts, pa.string()) | dict.fromkeys(labels, few) | {_END: pa.null()}
    convert = csv.ConvertOptions(include_columns=[*types], column_types=types, null_values=[""])
    parse = csv.ParseOptions(delimiter="|", quote_char=False, double_quote=False, ignore_empty_lines=False)
    n_rows = 0
    for size in (_BLOCK, _LARGEST_BLOCK):
        read = csv.ReadOptions(column_names=[*columns, _END], block_size=size, use_threads=False)
        to_skip = n_rows
        try:
            with open_bytes(path) as file, csv.open_csv(file, read, parse, convert) as reader:
                for block in reader:
                    if len(block) > to_skip:
                        yield block[to_skip:]
                        n_rows += len(block) - to_skip
                    to_skip = max(to_skip - len(block), 0)
            return
        except pa.ArrowInvalid as error:
            if "straddling" not in str(error) or size == _LARGEST_BLOCK:
                raise
