"""Build the graph of the chemical-disease experiments: the MeSH that ships, PharmacotherapyDB, and SIDER.

    python scripts/build_experiment_graph.py --data DIR --out GRAPH

DIR holds ``ontologies/`` with the sources. SIDER is CC BY-NC-SA 4.0: the result is for experiments and may not ship.
"""

import argparse
from pathlib import Path

from graph.embedded_store import EmbeddedGraphStore
from graph.packaged import packaged_ontologies
from side_knowledge import sider


def main() -> None:
    """Read the sources, translate, build."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds ontologies/")
    parser.add_argument("--out", type=Path, required=True, help="folder of the graph to make")
    arguments = parser.parse_args()
    packaged = packaged_ontologies()
    mesh = next(ontology for ontology in packaged if ontology.name == "MeSH")
    with EmbeddedGraphStore.from_ontologies(arguments.out, *packaged, sider(arguments.data, mesh)) as store:
        print(store.count(), store.release)


if __name__ == "__main__":
    main()
