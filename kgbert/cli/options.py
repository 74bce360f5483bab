"""Options that several commands share."""

from pathlib import Path

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SOURCE = click.Path(exists=True, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


class Graph(click.ParamType):
    """The folder of a graph, or the address of the Neo4j server that one is on."""

    name = "folder or address"

    def convert(self, value: str, param: click.Parameter | None, context: click.Context | None) -> str:
        """Return an address as it is, and a folder if it is one."""
        return value if "://" in value else str(FOLDER.convert(value, param, context))


class Format(click.ParamType):
    """The name of a format of documents."""

    name = "format"

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> object:
        """Return the format of that name (:class:`ingest.corpora.format.Format`)."""
        from ingest.corpora.read import format_named

        try:
            return format_named(value) if isinstance(value, str) else value
        except ValueError as error:
            self.fail(str(error), param, context)


GRAPH = Graph()
FORMAT = Format()

model = click.option("--model", type=FOLDER, help="Folder of a model  [default: the one that comes with kgbert]")
graph = click.option(
    "--graph", type=GRAPH, help="Folder or Neo4j address of a graph  [default: the MeSH that comes with kgbert]"
)
encoder = click.option("--encoder", help="Folder or name of the text encoder, if not where the model says")
detectors = click.option(
    "--detector",
    "detectors",
    multiple=True,
    metavar="FOLDER|packaged|dictionary",
    help="What finds mentions: a detector, that which comes with kgbert, or the names of the graph. May be given"
    " several times; where two overlap, the earlier one's stands  [default: dictionary]",
)
vectors = click.option(
    "--vectors",
    metavar="FOLDER|packaged",
    help="Encoder of names (kgbert align makes them): link to names that mean the same, too. The first use of a graph"
    " takes minutes",
)
threshold = click.option(
    "--threshold",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0.0, 1.0),
    help="Least probability of a link; below it, none",
)
ONLY_NAMES = "--nested, --composite and --no-short-forms say which names are mentions: they go with no --detector"
nested = click.option(
    "--nested", is_flag=True, help="Keep a name within a longer one if its concept is more general (skin [cancer])"
)
composite = click.option(
    "--composite", is_flag=True, help="Find things that share words, each one ([otic and [renal anomalies]])"
)
no_short_forms = click.option(
    "--no-short-forms", is_flag=True, help="Find only what is written out, not the short forms that a text defines"
)
swap_graph = click.option("--swap-graph", is_flag=True, help="Allow another graph than the model was trained on")
id_prefix = click.option(
    "--id-prefix", default="MESH", show_default=True, help="Prefix of ids that have none and do not show it"
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print the report as JSON")
json_out = click.option(
    "--json", "json_out", type=click.Path(dir_okay=False, path_type=Path), help="Write figures here"
)


def listed(text: str | None) -> tuple[str, ...]:
    """Return what stands between the commas of ``text``, without white space around it; nothing for no text."""
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


class Greedy(click.Command):
    """A command whose options marked ``...`` in their help take every word up to the next option.

    ``--dictionary A B`` is read as ``--dictionary A --dictionary B``.
    """

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Spread the greedy options, then parse as usual."""
        greedy = {name for p in self.params if p.multiple for name in p.opts}
        spread: list[str] = []
        option = None
        for word in args:
            if word.startswith("-") and word != "-":
                option = word if word in greedy else None
                spread.append(word)
            elif option and spread[-1] != option:
                spread += [option, word]
            else:
                spread.append(word)
        return super().parse_args(context, spread)
