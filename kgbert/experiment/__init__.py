"""Experiments: conditions run over tasks, training sizes and seeds, and what their runs show."""
