"""Link and relate four real texts, and draw the graph around one of them; `make demo` runs this."""

import textwrap
from pathlib import Path

import matplotlib as mpl
import networkx as nx

import kgbert
from graph.subgraph import Role, Subgraph
from ingest.corpora.read import read_documents
from kgbert.cli.table import print_prediction

HERE = Path(__file__).parent
TEXTS = (HERE / "abstracts.pubtator", HERE / "clinical-note.txt")
COLOURS = {Role.SEED: "#d1495b", Role.PATH: "#edae49", Role.NEIGHBOUR: "#c9d6df"}
N_SHOWN = 28


def draw(subgraph: Subgraph, path: Path, *, title: str) -> None:
    """Write a picture of the concepts nearest to the seeds: red are the text's own, yellow lies on paths."""
    mpl.use("Agg")
    import matplotlib.pyplot as plt

    shown = {c.id: c for c in sorted(subgraph.concepts, key=lambda c: c.distance)[:N_SHOWN]}
    net = nx.Graph()
    net.add_nodes_from(shown)
    net.add_edges_from(
        (r.subject, r.object, {"label": r.predicate})
        for r in subgraph.relations
        if {r.subject, r.object} <= shown.keys()
    )
    place = nx.spring_layout(net, seed=7, k=0.9)
    figure, axes = plt.subplots(figsize=(13, 9))
    nx.draw_networkx(
        net,
        place,
        ax=axes,
        labels={id: textwrap.shorten(concept.name, 34, placeholder="…") for id, concept in shown.items()},
        node_color=[COLOURS[shown[id].role] for id in net],
        node_size=[900 if shown[id].role is Role.SEED else 350 for id in net],
        edge_color="#9aa5ab",
        font_size=8,
    )
    labels = {ends: label for *ends_, label in net.edges(data="label") if label != "is_a" for ends in [tuple(ends_)]}
    nx.draw_networkx_edge_labels(net, place, labels, ax=axes, font_size=7)
    axes.set_title(title)
    axes.axis("off")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, bbox_inches="tight", dpi=110, metadata={"Software": None})


def main() -> None:
    """Print what is found in the texts and write the picture."""
    kg = kgbert.load()
    documents = [document for path in TEXTS for document in read_documents(path)]
    predictions = list(kg.predict(kg.annotate_all(documents)))
    for prediction in predictions:
        print_prediction(prediction, kg.store)
    picture = Path("demo-output") / "subgraph.png"
    draw(predictions[0].subgraph, picture, title=f"The graph around PMID {predictions[0].document.id}")
    print(f"picture: {picture}")


if __name__ == "__main__":
    main()
