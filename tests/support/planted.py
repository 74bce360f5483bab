"""Texts that say nothing and a graph that says all: a rule that only knowledge can learn."""

import random
from pathlib import Path

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.ontology import Ontology
from graph.relation import Relation


def planted(folder: Path, *, n_train: int = 240, n_test: int = 120, seed: int = 0) -> tuple[Path, Path, Path]:
    """Write training texts, test texts and a graph to ``folder``, and return their paths.

    Every text names one chemical and one disease that no other text names, in the same words. The two are related if
    the gene that the chemical targets is linked to the disease, which holds for half of them. Every chemical targets
    one gene, and every gene is linked to one disease, so that nothing can be told from how many relations there are.
    """
    dice = random.Random(seed)
    n = n_train + n_test
    names = _names(2 * n, dice)
    related = [i % 2 == 0 for i in range(n)]
    linked = _linked(related)
    chemicals = [Concept(f"MESH:C{i:06}", names[i], types=("Chemical",)) for i in range(n)]
    diseases = [Concept(f"MESH:D{i:06}", names[n + i], types=("Disease",)) for i in range(n)]
    genes = [Concept(f"GENE:{i}", f"gene {name}", types=("Gene",)) for i, name in enumerate(_names(n, dice))]
    relations = [Relation(c.id, "targets", g.id, "Plant") for c, g in zip(chemicals, genes, strict=True)]
    relations += [Relation(genes[i].id, "linked_to", diseases[linked[i]].id, "Plant") for i in range(n)]
    graph = folder / "graph"
    ontology = Ontology("Plant", "1", "CC0 1.0", (*chemicals, *diseases, *genes), tuple(relations))
    EmbeddedGraphStore.from_ontologies(graph, ontology).close()
    order = dice.sample(range(n), n)
    texts = {i: _pubtator(i, names[i], names[n + i], related=related[i]) for i in order}
    train, test = folder / "train.txt", folder / "test.txt"
    train.write_text("".join(texts[i] for i in order[:n_train]), encoding="utf-8")
    test.write_text("".join(texts[i] for i in order[n_train:]), encoding="utf-8")
    return train, test, graph


def _names(n: int, dice: random.Random) -> list[str]:
    names: dict[str, None] = {}
    while len(names) < n:
        names["".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=5))] = None
    return list(names)


def _linked(related: list[bool]) -> list[int]:
    """Return the disease of each gene: that of its own text, or that of the next text whose two are not related."""
    others = [i for i, is_related in enumerate(related) if not is_related]
    following = dict(zip(others, others[1:] + others[:1], strict=True))
    return [following.get(i, i) for i in range(len(related))]


def _pubtator(i: int, chemical: str, disease: str, *, related: bool) -> str:
    text = f"{chemical} and {disease}"
    lines = [
        f"{i}|t|{text}",
        f"{i}|a|in the patient",
        f"{i}\t0\t5\t{chemical}\tChemical\tC{i:06}",
        f"{i}\t10\t15\t{disease}\tDisease\tD{i:06}",
    ]
    if related:
        lines.append(f"{i}\tCID\tC{i:06}\tD{i:06}")
    return "\n".join(lines) + "\n\n"
