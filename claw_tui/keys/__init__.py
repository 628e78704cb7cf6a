"""The shelf of keys: for each part of the screen what its keys do, as data. What an action is, see `action.py`."""
