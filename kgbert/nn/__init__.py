"""The bricks of the model: text, graph, their fusion, and the heads."""
