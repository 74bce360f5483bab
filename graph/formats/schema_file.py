"""Schemas that a user writes down, as plain data (from YAML or JSON)."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, TypeVar

from graph.errors import OntologyFormatError
from graph.formats.schema import End, IdRule, Layout, RelationSchema, TableSchema

T = TypeVar("T", TableSchema, RelationSchema, Layout, End)

_LAYOUT = tuple(field.name for field in fields(Layout))


def schema_from_dict(data: Mapping[str, Any]) -> TableSchema | RelationSchema:
    """Return the schema that ``data`` describes: of relations if it has a ``subject``, else of concepts.

    The keys are the attributes of :class:`TableSchema` or :class:`RelationSchema`, with those of :class:`Layout`
    beside them. A list may stand as one string where it has one element; pairs (``relations``, ``xrefs``,
    ``tree_types``, ``predicates``, ``separators``) as a mapping; ``ids`` as a prefix or a mapping of prefixes to
    patterns; an end of a relation as the name of its column.

        name: diseases
        header: true
        columns: [code, label, broader]
        id: code
        ids: EX
        names: label
        relations: {broader: is_a}

    Raises:
        ValueError: A key is unknown or missing, or a value has the wrong shape.
    """
    data = dict(data)
    layout = _build(Layout, {key: data.pop(key) for key in _LAYOUT if key in data}, "layout")
    if "subject" in data or "object" in data:
        for side in ("subject", "object"):
            if side in data:
                end = data[side]
                data[side] = _build(End, {"column": end} if isinstance(end, str) else end, side)
        return _build(RelationSchema, {**data, "layout": layout}, "schema")
    return _build(TableSchema, {**data, "layout": layout}, "schema")


def read_schema(path: Path) -> TableSchema | RelationSchema:
    """Return the schema in the YAML file ``path``; see :func:`schema_from_dict`.

    Raises:
        OntologyFormatError: It is no YAML, or no schema.
        OSError: It cannot be opened.
    """
    import yaml

    try:
        return schema_from_dict(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise OntologyFormatError(path, line, f"not YAML: {error.problem}") from error
    except (ValueError, TypeError, yaml.YAMLError) as error:
        raise OntologyFormatError(path, 0, str(error)) from error


def _build(kind: type[T], data: object, where: str) -> T:
    if not isinstance(data, Mapping):
        raise ValueError(f"{where}: expected keys and values, not {data!r}")
    known = {field.name: field for field in fields(kind) if field.init}
    unknown = [str(key) for key in data if key not in known]
    missing = [n for n, f in known.items() if n not in data and f.default is MISSING and f.default_factory is MISSING]
    if unknown or missing:
        problem = f"unknown key {', '.join(unknown)}" if unknown else f"no {', '.join(missing)}"
        raise ValueError(f"{where}: {problem}; expected {', '.join(known)}")
    values: dict[str, Any] = {key: _value(known[key].type, key, value) for key, value in data.items()}
    return kind(**values)


def _value(type: object, key: str, value: object) -> object:
    """Return ``value`` in the shape that the annotation ``type`` asks for."""
    if type == tuple[IdRule, ...]:
        rules = {value: ".+"} if isinstance(value, str) else _mapping(key, value)
        return tuple(IdRule(prefix, pattern) for prefix, pattern in rules.items())
    if type == tuple[tuple[str, str], ...]:
        return tuple(_mapping(key, value).items())
    if type == tuple[str, ...]:
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, (list, tuple)) or not all(isinstance(item, str) for item in items):
            raise ValueError(f"{key}: expected a list of texts, not {value!r}")
        return tuple(items)
    for plain, said in ((str, "text"), (bool, "true or false")):
        if type is plain and not isinstance(value, plain):
            raise ValueError(f"{key}: expected {said}, not {value!r}")
    return value


def _mapping(key: str, value: object) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(x, str) for pair in value.items() for x in pair):
        raise ValueError(f"{key}: expected a mapping of text to text, not {value!r}")
    return dict(value)
