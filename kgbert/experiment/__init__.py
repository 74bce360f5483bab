"""Experiments on relation extraction whose results can be believed: controlled conditions, paired seeds, tests."""
