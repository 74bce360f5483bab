"""PyG's loaders read a compiled graph where it lies, and a model learns from it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch_geometric.data import Data
from torch_geometric.loader import LinkLoader, NodeLoader
from torch_geometric.nn import SAGEConv
from torch_geometric.sampler import NodeSamplerInput

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.formats import load
from graph.ontology import Ontology
from graph.relation import Relation
from graph.snapshot import Snapshot
from kgbert.pyg.sampler import NeighbourSampler
from kgbert.pyg.stores import MappedEdges, MappedFeatures, view

N_LEAVES = 40
WHEEL = Ontology(
    "wheel",
    concepts=(
        Concept("A:hub", "hub", types=("Hub",)),
        Concept("A:old", "old", obsolete=True, replaced_by="A:hub"),
        *(Concept(f"A:{n:02}", str(n)) for n in range(N_LEAVES)),
    ),
    relations=(
        *(Relation(f"A:{n:02}", "is_a", "A:hub") for n in range(N_LEAVES)),
        *(Relation(f"A:{n:02}", "before", f"A:{n + 1:02}") for n in range(N_LEAVES - 1)),
        Relation("A:hub", "near", "A:hub"),
    ),
)


@pytest.fixture(scope="module")
def wheel() -> Iterator[Snapshot]:
    with tempfile.TemporaryDirectory() as folder, EmbeddedGraphStore.from_ontologies(folder, WHEEL) as store:
        yield store.snapshot


def triples(snapshot: Snapshot, rows, columns, types) -> list[tuple[str, str, str]]:
    """Return the relations behind edges, turned round where an edge leads against its relation."""
    found = []
    for row, column, type in zip(rows.tolist(), columns.tolist(), types.tolist(), strict=True):
        against, predicate = divmod(type, len(snapshot.predicates))
        ends = (column, row) if against else (row, column)
        found.append((snapshot.id(ends[0]), snapshot.predicates[predicate], snapshot.id(ends[1])))
    return found


STATED = sorted((r.subject, r.predicate, r.object) for r in WHEEL.relations)
BOTH_WAYS = sorted(STATED + [triple for triple in STATED if triple[0] != triple[2]])


@pytest.mark.parametrize("layout", ["csc", "csr", "coo"])
@pytest.mark.parametrize("directed", [True, False])
def test_edges_are_the_relations(wheel, layout, directed) -> None:
    edges = MappedEdges(wheel, directed=directed)
    rows, columns, permutation = getattr(edges, layout)()
    n_edges = len(STATED) if directed else len(BOTH_WAYS)
    numbers = torch.arange(n_edges) if permutation is None else permutation
    counts = rows if layout == "csr" else columns if layout == "csc" else None
    if counts is not None:
        spread = torch.arange(wheel.n_concepts).repeat_interleave(counts.diff())
        rows, columns = (spread, columns) if layout == "csr" else (rows, spread)
    found = triples(wheel, rows, columns, edges.edge_type(numbers))
    assert sorted(found) == (STATED if directed else BOTH_WAYS)


def test_nothing_is_copied(wheel) -> None:
    whole = np.frombuffer(wheel._map, np.uint8)
    inside = range(whole.ctypes.data, whole.ctypes.data + len(whole))
    edges, features = MappedEdges(wheel), MappedFeatures(wheel)
    row, colptr, _ = edges.csc()
    out_start, out_object = MappedEdges(wheel, directed=True).get_edge_index(None, "csr")
    tensors = [row, colptr, *edges.get_edge_index(None, "csr"), out_start, out_object]
    tensors += [features.get_tensor(None, name, None) for name in ("typeset", "live")]
    assert all(tensor.data_ptr() in inside for tensor in tensors)
    assert row.tolist() == list(wheel.column("other"))
    assert out_object.tolist() == list(wheel.column("out_object"))
    assert view(wheel, "predicate").data_ptr() in inside


def test_wide_edges_have_one_integer_type(wheel) -> None:
    (row, colptr, _), narrow = MappedEdges(wheel, widen=True).csc(), MappedEdges(wheel).csc()[0]
    assert (row.dtype, colptr.dtype, narrow.dtype) == (torch.int64, torch.int64, torch.int32)
    assert row.tolist() == narrow.tolist()


def test_the_stores_are_read_only_but_for_features(wheel) -> None:
    edges, features = MappedEdges(wheel), MappedFeatures(wheel)
    assert not edges.put_edge_index((torch.tensor([0]), torch.tensor([0])), None, "coo")
    assert not edges.remove_edge_index(None, "csc")
    with pytest.raises(KeyError):
        edges.get_edge_index(("a", "b", "c"), "csc")
    assert features.put_tensor(torch.zeros(wheel.n_concepts, 3), None, "x", None)
    assert not features.put_tensor(torch.zeros(1, 3), None, "short", None)
    assert features.get_tensor_size(None, "x", None) == (wheel.n_concepts, 3)
    assert features.remove_tensor(None, "x", None)
    assert [attr.attr_name for attr in features.get_all_tensor_attrs()] == ["typeset", "live"]


def test_a_node_loader_gives_features_types_and_true_edges(wheel) -> None:
    features, edges = MappedFeatures(wheel), MappedEdges(wheel)
    features.put_tensor(torch.arange(wheel.n_concepts).float()[:, None], group_name=None, attr_name="x", index=None)
    sampler = NeighbourSampler(edges, fan_out=[3, 2])
    seeds = torch.tensor([5, 0, wheel.index("A:hub")])
    loader = NodeLoader((features, edges), sampler, input_nodes=seeds, batch_size=2, transform=edges.with_edge_type)
    first, second = loader
    assert first.n_id[:2].tolist() == [5, 0]
    assert second.n_id[0] == wheel.index("A:hub")
    for batch in (first, second):
        assert batch.x[:, 0].tolist() == batch.n_id.tolist()
        assert batch.typeset.tolist() == [wheel.column("typeset")[node] for node in batch.n_id.tolist()]
        rows, columns = batch.n_id[batch.edge_index]
        assert set(triples(wheel, rows, columns, batch.edge_type)) <= set(STATED)
        assert sum(batch.num_sampled_nodes) == batch.num_nodes == len(batch.n_id.unique())


def sample(snapshot: Snapshot, seeds: list[int], fan_out: list[int]):
    sampler = NeighbourSampler(MappedEdges(snapshot), fan_out=fan_out)
    return sampler.sample_from_nodes(NodeSamplerInput(input_id=None, node=torch.tensor(seeds, dtype=torch.long)))


@settings(max_examples=60)
@given(st.data())
def test_all_neighbours_are_the_ball(wheel, data) -> None:
    leaves = st.integers(0, wheel.n_concepts - 1)
    seeds = data.draw(st.lists(leaves, min_size=1, max_size=4, unique=True))
    hops = data.draw(st.integers(0, 3))
    ball = [set(seeds)]
    for _ in range(hops):
        ball.append(ball[-1] | {other for node in ball[-1] for other in wheel.others(node)})
    out = sample(wheel, seeds, [-1] * hops)
    assert set(out.node.tolist()) == ball[-1]
    inner = ball[-2] if hops else set()
    assert len(out.edge) == len(set(out.edge.tolist())) == sum(wheel.degree(node) for node in inner)


@settings(max_examples=60)
@given(st.lists(st.integers(0, 41), min_size=1, max_size=5, unique=True), st.lists(st.integers(1, 6), max_size=3))
def test_a_sample_keeps_to_its_fan_out(wheel, seeds, fan_out) -> None:
    out = sample(wheel, seeds, fan_out)
    assert out.node[: len(seeds)].tolist() == seeds
    assert len(out.node) == len(set(out.node.tolist())) == sum(out.num_sampled_nodes)
    assert len(set(out.edge.tolist())) == len(out.edge) == sum(out.num_sampled_edges)
    hop_of = np.repeat(range(len(out.num_sampled_nodes)), out.num_sampled_nodes)
    start, other = wheel.column("start"), wheel.column("other")
    drawn = np.bincount(out.col.numpy(), minlength=len(out.node))
    for local, node in enumerate(out.node.tolist()):
        size = fan_out[hop_of[local]] if hop_of[local] < len(fan_out) else 0
        assert drawn[local] == min(size, wheel.degree(node))
    for row, column, edge in zip(out.row.tolist(), out.col.tolist(), out.edge.tolist(), strict=True):
        assert start[out.node[column]] <= edge < start[out.node[column] + 1]
        assert other[edge] == out.node[row]


def test_samples_are_uniform_and_follow_the_seed(wheel) -> None:
    hub = wheel.index("A:hub")
    torch.manual_seed(1)
    drawn = [sample(wheel, [hub], [5]).edge.tolist() for _ in range(2000)]
    torch.manual_seed(1)
    assert [sample(wheel, [hub], [5]).edge.tolist() for _ in range(20)] == drawn[:20]
    counts = np.bincount(np.concatenate(drawn) - wheel.column("start")[hub], minlength=wheel.degree(hub))
    expected = 2000 * 5 / wheel.degree(hub)
    assert np.abs(counts / expected - 1).max() < 0.3  # five standard deviations of a count of 244


N_WORDS = 256


def words(snapshot: Snapshot) -> torch.Tensor:
    """Return (nodes, N_WORDS): which words, folded to a few numbers, the name of each concept has."""
    features = torch.zeros(snapshot.n_concepts, N_WORDS)
    for node in range(snapshot.n_concepts):
        features[node, [crc32(word.encode()) % N_WORDS for word in snapshot.name(node).lower().split()]] = 1
    return features


class LinkPredictor(torch.nn.Module):
    """Two ends are linked if they and their neighbours have names that go together."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.around = SAGEConv(N_WORDS, width)

    def forward(self, batch: Data) -> torch.Tensor:
        subject, object_ = self.around(batch.x, batch.edge_index)[batch.edge_label_index]
        return (subject * object_).sum(-1)


def without_answers(batch: Data) -> Data:
    """Take the edges between the ends of a question out of what the model sees."""
    asked = torch.cat([batch.edge_label_index, batch.edge_label_index.flip(0)], 1)
    n = batch.num_nodes
    hidden = torch.isin(batch.edge_index[0] * n + batch.edge_index[1], asked[0] * n + asked[1])
    batch.edge_index = batch.edge_index[:, ~hidden]
    return batch


def test_link_prediction_on_the_hpo_learns_in_an_epoch(data_dir: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    with EmbeddedGraphStore.from_ontologies(tmp_path / "hpo", load(data_dir / "ontologies/hpo/hp.obo.gz")) as store:
        snapshot = store.snapshot
    directed, edges = MappedEdges(snapshot, directed=True), MappedEdges(snapshot)
    rows, columns, _ = directed.coo()
    is_a = directed.edge_type(torch.arange(len(columns))) == snapshot.predicates.index("is_a")
    assert is_a.sum() > 23_000
    features = MappedFeatures(snapshot)
    features.put_tensor(words(snapshot), group_name=None, attr_name="x", index=None)
    loader = LinkLoader(
        (features, edges),
        NeighbourSampler(edges, fan_out=[8]),
        edge_label_index=(None, torch.stack([rows, columns])[:, is_a].long()),
        neg_sampling="binary",
        transform=without_answers,
        batch_size=512,
        shuffle=True,
    )
    model = LinkPredictor()
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for batch in loader:
        loss = torch.nn.functional.binary_cross_entropy_with_logits(model(batch), batch.edge_label.float())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    first, last = losses[0], np.mean(losses[-10:])
    assert last < 0.8 * first, (first, last)
    assert last < 0.6  # chance is log 2 = 0.69
