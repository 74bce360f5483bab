"""What is known: concepts, relations, the stores that keep them and the subgraphs cut from them."""
