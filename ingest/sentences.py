"""Sentences of abstracts and clinical notes, by rule.

A sentence ends at a full stop, question or exclamation mark that is neither part of an abbreviation nor followed by a
lower-case word, at an empty line, at a line end that closes a list item, heading or short line, and before a heading
in capitals ("PLAN:"). Time is linear in the text.
"""

import re
from collections.abc import Iterator

SHORT_LINE = 50
"""Characters below which a line is taken to end on purpose; a longer one may just be wrapped."""

_CANDIDATE = re.compile(
    r"(?P<stop>[.?!])[\"'”’)\]]{0,3}(?=\s)|[\u3002\uff01\uff1f]"
    r"|(?P<line>\n\s*)"
    r"|(?<=[\s.,;:?!])(?P<heading>(?=[A-Z]{4}|[A-Z]{2,30} [A-Z])[A-Z]{2,30}(?:[ /&-]{1,3}[A-Z]{1,30}){0,6}:)"
)
_NEXT = re.compile(r"\s*[\"'“‘(\[]*")
_TOKEN = re.compile(r"[^\s(\[\"'“‘]+$")
_ITEM = re.compile(r"[-*•#>]|\(?[0-9a-zA-Z]{1,2}[.)]\s|[A-Z][A-Za-z /&-]{1,40}:")
_NAME_LIKE = re.compile(r"[a-z]+[-\dA-Z]")  # p53, mRNA, beta-blockers: a sentence may begin so
_INITIAL = re.compile(r"(?:[A-Z][a-z]+|[,;(.])\s?[A-Z]$")

_NEVER_LAST = re.compile(r"approx|ca|cf|drs?|e\.g|eq|figs?|i\.e|m[rs]s?|pp|prof|refs?|st|viz|vol|vs")
_SELDOM_LAST = re.compile(
    r"al|dept|ht|inc|ltd|nos?|pts?|resp|spp?|temp|wt|apr|aug|dec|feb|jan|ju[ln]|mar|nov|oct|sept?|(?:[a-z]\.)+[a-z]"
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the sentences of ``text`` as spans [start, end) in characters, in order.

    They hold every character that is not white space, do not overlap, and neither begin nor end with white space.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for cut in (*_cuts(text), len(text)):
        begin, end = start, cut
        while begin < end and text[begin].isspace():
            begin += 1
        while end > begin and text[end - 1].isspace():
            end -= 1
        if begin < end:
            spans.append((begin, end))
        start = cut
    return spans


def _cuts(text: str) -> Iterator[int]:
    sentence = line = 0
    for match in _CANDIDATE.finditer(text):
        cut = match.end()
        if match["stop"] and not _stops(text, sentence, match):
            continue
        if match["heading"]:
            cut = match.start()
            if _last(text, cut) not in ".,;:?!":
                continue
        if match["line"]:
            start, line = line, match.end()
            if not _line_ends(text, start, match):
                continue
        if cut > sentence:
            yield cut
            sentence = cut


def _last(text: str, end: int) -> str:
    """Return the last character before ``end`` that is not white space, if it is near."""
    return text[max(0, end - 8) : end].rstrip()[-1:]


def _line_ends(text: str, start: int, gap: re.Match[str]) -> bool:
    if gap[0].count("\n") > 1 or _last(text, gap.start()) == ":" or _ITEM.match(text, gap.end()):
        return True
    return gap.start() - start < SHORT_LINE and not text[gap.end() : gap.end() + 1].islower()


def _stops(text: str, sentence: int, stop: re.Match[str]) -> bool:
    after = _NEXT.match(text, stop.end())
    follows = after.end() if after else stop.end()
    first = text[follows : follows + 1]
    if first in {",", ";", ":", ")", "]"} or (first.islower() and not _NAME_LIKE.match(text, follows)):
        return False
    before = text[max(sentence, stop.start() - 40) : stop.start()]
    if stop["stop"] != "." or before.endswith("."):
        return True
    token = _TOKEN.search(before)
    word = token[0].lower() if token else ""
    if _NEVER_LAST.fullmatch(word) or _INITIAL.search(before) or re.fullmatch(r"\s*(?:\d+|[A-Za-z]|[IVX]+)", before):
        return False  # the last: a list item's number
    if word.endswith("0") and not word[-2:-1].isdecimal() and first.isdecimal():
        return False  # a fraction with a blank in it: P < 0. 05
    if _SELDOM_LAST.fullmatch(word):
        return first.isupper() and text[follows + 1 : follows + 2].islower()
    return True
