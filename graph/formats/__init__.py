"""Readers that turn ontology files into an :class:`~graph.ontology.Ontology`, one format a file."""

from graph.formats.recognise import load, load_all

__all__ = ["load", "load_all"]
