"""Readers and writers of annotated documents, one format a file."""
