"""PyG's GraphStore and FeatureStore over the memory-mapped arrays of a compiled graph."""

import warnings

import numpy as np
import torch
from torch import Tensor
from torch_geometric.data import Data, EdgeAttr, FeatureStore, GraphStore, TensorAttr
from torch_geometric.data.graph_store import EdgeLayout

from graph.snapshot import Snapshot


def view(snapshot: Snapshot, section: str) -> Tensor:
    """Return an array of ``snapshot`` as a tensor over the same memory, which must not be written to."""
    array = np.asarray(snapshot.column(section))
    with warnings.catch_warnings():  # torch has no read-only tensors and warns that this one should be
        warnings.simplefilter("ignore", UserWarning)
        return torch.from_numpy(array)


class MappedEdges(GraphStore):
    """The relations of a graph as one type of edge (``None`` to PyG), without a copy.

    Every relation is an edge in both directions (one that leads from a concept to itself, once), as message passing
    wants it: the neighbour lists are the columns of the sparse matrix (CSC: ``row``, ``colptr``) and, read the other
    way, its rows (CSR: ``rowptr``, ``col``). With ``directed``, each is one edge from subject to object, as CSR only;
    PyG's loaders make their own CSC of it. Nodes are numbered as in the snapshot, by CURIE. It is read-only.
    """

    def __init__(self, snapshot: Snapshot, *, directed: bool = False, widen: bool = False) -> None:
        """Read ``snapshot``; ``widen`` copies node numbers (int32) to the int64 that pyg-lib and torch-sparse want."""
        super().__init__()
        start, other, predicate = ("out_start", "out_object", "out_predicate") if directed else _BOTH_WAYS
        self.n_concepts, self.predicates = snapshot.n_concepts, snapshot.predicates
        self._start, self._other = view(snapshot, start), view(snapshot, other)
        if widen:
            self._other = self._other.long()
        self._predicate = view(snapshot, predicate)
        self._backward = None if directed else view(snapshot, "forward")
        self._layouts = (EdgeLayout.CSR,) if directed else (EdgeLayout.CSC, EdgeLayout.CSR)

    def edge_type(self, edges: Tensor) -> Tensor:
        """Return (edges,) int64 types of the edges with these numbers (``e_id`` of a sampled batch).

        A type is the predicate's index in ``predicates``, plus ``len(predicates)`` where the edge leads against the
        relation, from its object to its subject.
        """
        rows = edges.numpy()
        types = torch.from_numpy(self._predicate.numpy()[rows].astype(np.int64))
        if self._backward is not None:
            types += torch.from_numpy(self._backward.numpy()[rows].astype(np.int64)) * len(self.predicates)
        return types

    def with_edge_type(self, batch: Data) -> Data:
        """Give a sampled ``batch`` its ``edge_type``: the ``transform`` of a loader."""
        batch.edge_type = self.edge_type(batch.e_id)
        return batch

    def get_all_edge_attrs(self) -> list[EdgeAttr]:
        """Return what is to be had, the layout that samplers want first."""
        return [EdgeAttr(None, layout, size=(self.n_concepts, self.n_concepts)) for layout in self._layouts]

    def _get_edge_index(self, edge_attr: EdgeAttr) -> tuple[Tensor, Tensor] | None:
        if edge_attr.edge_type is not None or edge_attr.layout not in self._layouts:
            return None
        return (self._other, self._start) if edge_attr.layout is EdgeLayout.CSC else (self._start, self._other)

    def _put_edge_index(self, edge_index: object, edge_attr: EdgeAttr) -> bool:  # noqa: ARG002 (PyG's signature)
        return False

    def _remove_edge_index(self, edge_attr: EdgeAttr) -> bool:  # noqa: ARG002 (PyG's signature)
        return False


_BOTH_WAYS = ("start", "other", "predicate")


class MappedFeatures(FeatureStore):
    """Features of a graph's nodes (group ``None`` to PyG): of the graph itself, and what is put beside it.

    ``typeset`` (nodes,) int32, the code of a concept's semantic types, and ``live`` (nodes,) int32, the node that
    stands for a retired one, lie in the graph and are not copied; neither is a tensor that is put, so that features
    may be memory-mapped as well.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        """Read ``snapshot``."""
        super().__init__()
        self._n_concepts = snapshot.n_concepts
        self._tensors = {name: view(snapshot, name) for name in ("typeset", "live")}

    def get_all_tensor_attrs(self) -> list[TensorAttr]:
        """Return what is to be had."""
        return [TensorAttr(group_name=None, attr_name=name) for name in self._tensors]

    def _put_tensor(self, tensor: Tensor, attr: TensorAttr) -> bool:
        whole = attr.group_name is None and attr.index is None and len(tensor) == self._n_concepts
        if whole:
            self._tensors[attr.attr_name] = tensor
        return whole

    def _get_tensor(self, attr: TensorAttr) -> Tensor | None:
        tensor = self._tensors.get(attr.attr_name) if attr.group_name is None else None
        return tensor if tensor is None or attr.index is None else tensor[attr.index]

    def _remove_tensor(self, attr: TensorAttr) -> bool:
        return self._tensors.pop(attr.attr_name, None) is not None

    def _get_tensor_size(self, attr: TensorAttr) -> tuple[int, ...] | None:
        tensor = self._get_tensor(attr)
        return None if tensor is None else tuple(tensor.shape)
