"""The shelf of views: pure folds of records, one a file. What a view is, see `view.py`."""
