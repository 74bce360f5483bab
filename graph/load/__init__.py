"""Readers that turn ontology files into an :class:`~graph.ontology.Ontology`, one format a file."""
