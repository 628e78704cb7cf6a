"""The shelf of panes: widgets that show a view, one a file. What a pane is, see `pane.py`."""
