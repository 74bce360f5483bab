"""Rows of RRF tables, made up, with only those cells written out that a test is about."""

from collections.abc import Iterable
from pathlib import Path


def atom(cui: str, name: str, **cells: str) -> str:
    """A row of MRCONSO or RXNCONSO; English, preferred, from MSH without a code unless ``cells`` say otherwise."""
    said = {"lat": "ENG", "ts": "P", "stt": "PF", "ispref": "Y", "aui": "A1", "sab": "MSH", "tty": "MH"}
    said |= {"code": "NOCODE", "suppress": "N"} | cells
    first = [cui, said["lat"], said["ts"], "L1", said["stt"], "S1", said["ispref"], said["aui"], "", "", ""]
    return "|".join([*first, said["sab"], said["tty"], said["code"], name, "0", said["suppress"], "", ""])


def relation(first: str, rel: str, second: str, rela: str = "", sab: str = "MSH", suppress: str = "N") -> str:
    """A row of MRREL or RXNREL: ``second`` has ``rel`` to ``first``."""
    return f"{first}|A1|CUI|{rel}|{second}|A2|CUI|{rela}|R1||{sab}|{sab}|||{suppress}||"


def sty(cui: str, name: str) -> str:
    return f"{cui}|T999|A1|{name}|AT1||"


def definition(cui: str, aui: str, text: str, sab: str = "MSH", suppress: str = "N") -> str:
    return f"{cui}|{aui}|AT1||{sab}|{text}|{suppress}||"


def release(folder: Path, **tables: Iterable[str]) -> Path:
    """Write ``tables`` (of which ``MRCONSO`` has one row if it is not given) into ``folder``, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    if not any(name.startswith("RXN") for name in tables):
        tables = {"MRCONSO": [atom("C0000001", "one")]} | tables
    for name, rows in tables.items():
        (folder / f"{name}.RRF").write_text("".join(row + "\n" for row in rows), encoding="utf-8")
    return folder
