"""The command line. Heavy libraries are imported by the commands that need them."""

from kgbert.cli.main import main

__all__ = ["main"]
