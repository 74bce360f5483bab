"""Why a span does not match its text."""

_UNITS = (("UTF-8 bytes", "utf-8", 1), ("UTF-16 code units", "utf-16-le", 2))
_NEAR = 1000


def explain(text: str, start: int, end: int, surface: str) -> str:
    """Return what would make ``surface`` stand at [start, end) of ``text``, to follow "does not match"; or nothing.

    Offsets may count something else than code points, or the surface may stand nearby (line ends of two
    characters counted as one, a byte order mark that was counted). The surface itself is not quoted.
    """
    for unit, encoding, width in _UNITS:
        # A span in smaller units ends at or after its place in code points, so what follows is not needed.
        raw = text[:end].encode(encoding, "surrogatepass")
        if raw[start * width : end * width] == surface.encode(encoding, "surrogatepass"):
            return f"; it would if offsets counted {unit}; expected code points"
    low = max(0, start - _NEAR)
    near = [i + low for i in _places(text[low : end + _NEAR], surface)]
    if not near:
        return ""
    at = min(near, key=lambda i: abs(i - start))
    return f"; what is given for it stands at [{at}, {at + len(surface)})"


def _places(text: str, surface: str) -> list[int]:
    found, at = [], text.find(surface) if surface else -1
    while at >= 0:
        found.append(at)
        at = text.find(surface, at + 1)
    return found
