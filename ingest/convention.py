"""What counts as a mention: annotators of different corpora mark different things."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Convention:
    """Which of the names in a text are mentions.

    Attributes:
        nested: Also a name within a longer one, if its concept is the more general one: "colitis" in "ulcerative
            colitis". Otherwise no mention overlaps another.
        composite: Also each of several things that share words, from its first word to the last one that is shared:
            "otic and renal anomalies" beside "renal anomalies".
        short_forms: Also the short forms that a text defines. Otherwise only what is written out.
    """

    nested: bool = False
    composite: bool = False
    short_forms: bool = True

    def differences(self) -> tuple[str, ...]:
        """Return in words how this differs from :data:`PLAIN`."""
        said = {"nested": self.nested, "composite": self.composite, "no short forms": not self.short_forms}
        return tuple(words for words, holds in said.items() if holds)


PLAIN = Convention()
"""What most corpora mark: mentions that do not overlap, short forms among them."""
