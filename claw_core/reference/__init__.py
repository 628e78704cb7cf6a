"""The doors' plain-Python twins: what the parity audit compares, and what serves where the extension cannot
load."""
