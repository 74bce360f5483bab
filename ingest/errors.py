"""What can go wrong in ``ingest``.

    IngestError
    ├── CorpusFormatError (ValueError)   an annotated file breaks its format; says file and line
    ├── SpanError         (ValueError)   a span lies outside its text or does not match it
    ├── MissingLibraryError (ImportError) a library that is optional is asked for and not installed
    └── LexiconError      (RuntimeError) a compiled lexicon is missing, damaged or of another release

No message quotes the text of a document: offsets and ids only.
"""

from pathlib import Path


class IngestError(Exception):
    """Base of every error that ``ingest`` raises on purpose."""


class CorpusFormatError(IngestError, ValueError):
    """An annotated file breaks its format; the message gives file, line and what was expected."""

    def __init__(self, path: Path | str, line: int, problem: str) -> None:
        """Say that ``path`` has ``problem`` at ``line`` (1-based; 0 for the file as a whole)."""
        super().__init__(f"{path}:{line}: {problem}")
        self.path = str(path)
        self.line = line
        self.problem = problem


class SpanError(IngestError, ValueError):
    """A span lies outside its document's text, or its text is not what stands there."""


class MissingLibraryError(IngestError, ImportError):
    """A library that is optional is asked for and not installed; the message says how to get it."""

    def __init__(self, library: str, advice: str) -> None:
        """Say that ``library`` is missing, and what to do about it."""
        super().__init__(f"{library} is not installed; {advice}")


class LexiconError(IngestError, RuntimeError):
    """A compiled lexicon is missing, damaged, or was made from another graph release."""
