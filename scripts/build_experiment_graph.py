"""Build the graph of an experiment on relation extraction, without what would give its answers away.

    python scripts/build_experiment_graph.py --task BC5CDR|ChemProt|DDI2013|BioRED --data DIR --out GRAPH [--unfiltered]

DIR holds ``corpora/`` and ``ontologies/``. What was left out of each source is printed, and written to
``GRAPH.leaks.json`` beside the graph. ``--unfiltered`` leaves it in, to measure what it would have been worth. SIDER
and DrugBank are CC BY-NC: the results are for experiments and may not ship.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from experiment_sources import SOURCES
from graph.atomic import write_lines
from graph.embedded_store import EmbeddedGraphStore
from graph.leakage import LeakReport, without_leaks
from graph.ontology import Ontology
from graph.unify import unify
from policies import policy


def main() -> None:
    """Read the sources, filter, unite, build."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--task", choices=sorted(SOURCES), default="BC5CDR", help="task whose graph to make")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds corpora/ and ontologies/")
    parser.add_argument("--out", type=Path, required=True, help="folder of the graph to make")
    parser.add_argument("--unfiltered", action="store_true", help="keep what gives the answers away")
    arguments = parser.parse_args()
    ontologies, same = SOURCES[arguments.task](arguments.data)
    filtered, reports = honest(ontologies, arguments.data, arguments.task)
    united, unification = unify(ontologies if arguments.unfiltered else filtered, same, through_xrefs=False)
    print(f"{len(unification.stands_for)} concepts merged, {len(unification.conflicts)} groups left apart", flush=True)
    with EmbeddedGraphStore.from_ontologies(arguments.out, *united) as store:
        print(store.count(), store.release)
        predicates = dict(sorted(store.snapshot.count_predicates().items()))
    print(predicates)
    said = {"task": arguments.task, "filtered": not arguments.unfiltered, "predicates": predicates}
    said["leaks"] = [{**asdict(report), "removed": dict(report.removed)} for report in reports]
    write_lines([json.dumps(said, indent=2)], arguments.out.with_name(f"{arguments.out.name}.leaks.json"))


def honest(ontologies: Sequence[Ontology], data: Path, task: str) -> tuple[list[Ontology], list[LeakReport]]:
    """Return the ontologies without what ``task`` must not see, and print what that took."""
    forbidden = policy(data, task)
    print(f"{task}: {len(forbidden.forbidden_evidence)} papers in the corpus", flush=True)
    pairs = [without_leaks(ontology, forbidden) for ontology in ontologies]
    for _, report in pairs:
        print(report, flush=True)
    return [ontology for ontology, _ in pairs], [report for _, report in pairs]


if __name__ == "__main__":
    main()
