"""The root command."""

import os
import sys
from typing import Any

import click

from graph.errors import GraphError
from ingest.errors import IngestError
from kgbert import __version__
from kgbert.cli.align import align
from kgbert.cli.convert import convert
from kgbert.cli.evaluate import evaluate
from kgbert.cli.experiment import ablate, experiment
from kgbert.cli.extract import extract
from kgbert.cli.graph import graph
from kgbert.cli.ingest import ingest
from kgbert.cli.leakage import leakage
from kgbert.cli.pretrain import pretrain
from kgbert.cli.train import train
from kgbert.cli.train_detector import train_detector
from kgbert.cli.validate import validate
from kgbert.errors import KGBertError


class Root(click.Group):
    """Shows the project's own errors, and those of files, as one line instead of a traceback."""

    def invoke(self, context: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(context)
        except BrokenPipeError:
            # The reader has seen enough; what is still buffered must not fail at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(141)
        except (GraphError, IngestError, KGBertError) as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            raise click.ClickException(f"{error.filename or 'file'}: {error.strerror or error}") from error


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__)
def main() -> None:
    """Read clinical and biomedical text, link it to an ontology graph, and predict relations."""
    # Progress is this program's to show; libraries' own bars and notices would mix with its output.
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")


main.add_command(extract)
main.add_command(train)
main.add_command(pretrain)
main.add_command(train_detector)
main.add_command(align)
main.add_command(evaluate)
main.add_command(graph)
main.add_command(ingest)
main.add_command(convert)
main.add_command(validate)
main.add_command(experiment)
main.add_command(ablate)
main.add_command(leakage)
