"""A graph of any size under PyG's loaders, read where it lies on the disk.

    features, edges = MappedFeatures(store.snapshot), MappedEdges(store.snapshot)
    features.put_tensor(vectors, group_name=None, attr_name="x", index=None)
    sampler = NeighbourSampler(edges, fan_out=[16, 8])
    loader = NodeLoader((features, edges), sampler, input_nodes=nodes, transform=edges.with_edge_type, batch_size=64)

``NodeLoader`` and ``LinkLoader`` (with its negative sampling) take :class:`~kgbert.pyg.sampler.NeighbourSampler`, which
needs nothing but torch and numpy. PyG's own ``NeighborLoader`` and ``LinkNeighborLoader`` need pyg-lib or torch-sparse,
compiled for one release of torch, which kgbert does not depend on. Where one is installed they take the same pair of
stores, made with ``MappedEdges(snapshot, widen=True)``: their kernels want all indices in one integer type (not tested
here). PyG's ``ShaDowKHopSampler`` and ``ClusterLoader`` need these packages too.
"""
