"""What characters are, as far as words are concerned; each constant is (part of) a regular expression."""

import unicodedata
from collections.abc import Iterable

UNSPACED = (
    "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e50-\u0e59"  # Thai
    "\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6\u0ed0-\u0ed9\u0edc-\u0edf"  # Lao
    "\u1000-\u102a\u103f-\u1049\u1050-\u1055"  # Myanmar
    "\u1780-\u17b3\u17e0-\u17e9"  # Khmer
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9d"  # kana
    "\u2e80-\u2fd5\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
)
"""Letters and digits of the scripts that put no space between words, as the inside of a character class."""

_BLOCKS_WITH_MARKS = (range(0x300, 0x3100), range(0xA600, 0xAC00), range(0xFB1E, 0xFB1F), range(0xFE20, 0xFE30))


def _marks(block: Iterable[int]) -> str:
    """Return the combining marks among the code points of ``block`` as ranges."""
    ranges: list[list[str]] = []
    for character in map(chr, block):
        if unicodedata.category(character)[0] == "M":
            if ranges and ord(ranges[-1][1]) == ord(character) - 1:
                ranges[-1][1] = character
            else:
                ranges.append([character, character])
    return "".join(f"{first}-{last}" for first, last in ranges)


MARK = "\uff9e\uff9f" + "".join(map(_marks, _BLOCKS_WITH_MARKS))
"""Combining marks, which belong to the letter before them, as the inside of a character class."""

LETTER = rf"[^\W_{UNSPACED}{MARK}]"
"""A letter or digit of any other script."""
