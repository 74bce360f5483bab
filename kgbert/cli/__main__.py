"""``python -m kgbert.cli``."""

from kgbert.cli.main import main

main()
