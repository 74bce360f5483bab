"""Sampling of neighbours in torch and numpy alone, for PyG's NodeLoader and LinkLoader."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch_geometric.data import GraphStore
from torch_geometric.sampler import (
    BaseSampler,
    EdgeSamplerInput,
    NegativeSampling,
    NodeSamplerInput,
    SamplerOutput,
)
from torch_geometric.sampler.neighbor_sampler import edge_sample, node_sample

Ints = npt.NDArray[np.int64]


class NeighbourSampler(BaseSampler):
    """Samples around nodes or edges: of each node that was reached a hop before, some of its incoming edges.

    The graph is read where it lies; a sample costs what it returns (and what it draws from), not what the graph holds.
    Samples are uniform, without replacement, and follow torch's random seed. As with ``NeighborSampler`` of PyG
    (Hamilton et al. 2017, GraphSAGE), the seeds come first among the nodes, then the nodes of each hop; a node is
    there once, however often it is reached.
    """

    def __init__(self, edges: GraphStore, *, fan_out: Sequence[int]) -> None:
        """Sample ``fan_out[h]`` edges (-1 for all) of each node at hop ``h`` of ``edges``, one type of edge in all."""
        row, colptr, permutation = edges.csc()
        self._row, self._colptr, self._permutation = row.numpy(), colptr.numpy(), permutation
        self._fan_out = tuple(fan_out)

    def sample_from_nodes(self, index: NodeSamplerInput) -> SamplerOutput:
        """Return what is sampled around nodes."""
        return node_sample(index, self._sample)

    def sample_from_edges(self, index: EdgeSamplerInput, neg_sampling: NegativeSampling | None = None) -> SamplerOutput:
        """Return what is sampled around the ends of edges, those of the negative ones that PyG draws included."""
        return edge_sample(index, self._sample, len(self._colptr) - 1, False, None, neg_sampling)

    @property
    def edge_permutation(self) -> Tensor | None:
        """The number in the graph of each edge, where PyG had to sort them; else ``None``."""
        return self._permutation

    def _sample(self, seed: Tensor, seed_time: Tensor | None = None) -> SamplerOutput:  # noqa: ARG002 (PyG's signature)
        random = np.random.default_rng(int(torch.randint(2**62, ())))
        nodes = frontier = seed.numpy().astype(np.int64)
        columns, edges, n_nodes = [], [], [len(nodes)]
        for size in self._fan_out:
            column, edge = self._hop(frontier, size, random)
            frontier = np.setdiff1d(self._row[edge], nodes)
            nodes = np.concatenate([nodes, frontier])
            columns.append(column)
            edges.append(edge)
            n_nodes.append(len(frontier))
        edge = np.concatenate([np.empty(0, np.int64), *edges])
        column = np.concatenate([np.empty(0, np.int64), *columns])
        return SamplerOutput(
            node=torch.from_numpy(nodes),
            row=torch.from_numpy(_positions(nodes, self._row[edge])),
            col=torch.from_numpy(_positions(nodes, column)),
            edge=torch.from_numpy(edge),
            num_sampled_nodes=n_nodes,
            num_sampled_edges=[len(sampled) for sampled in edges],
        )

    def _hop(self, frontier: Ints, size: int, random: np.random.Generator) -> tuple[Ints, Ints]:
        """Return the sampled edges of the nodes in ``frontier``: the node that each leads to, and its number."""
        first = self._colptr[frontier]
        degree = self._colptr[frontier + 1] - first
        taken = degree if size < 0 else np.minimum(degree, size)
        ends = np.cumsum(taken)
        offset = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - taken, taken)
        for i in np.flatnonzero(degree > taken):
            offset[ends[i] - taken[i] : ends[i]] = random.choice(degree[i], taken[i], replace=False, shuffle=False)
        return np.repeat(frontier, taken), np.repeat(first, taken) + offset


def _positions(nodes: Ints, wanted: Ints) -> Ints:
    """Return where in ``nodes`` each of ``wanted`` first stands."""
    order = np.argsort(nodes, kind="stable")
    positions: Ints = order[np.searchsorted(nodes, wanted, sorter=order)]
    return positions
