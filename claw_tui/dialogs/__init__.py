"""The shelf of dialogs, one a file. What a dialog is, see `dialog.py`."""
