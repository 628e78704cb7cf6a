"""The shelf of painters: one for each kind of block, named as the kind is. What a painter is, see `painter.py`."""
