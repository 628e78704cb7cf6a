"""The sources of completions; see `claw_tui/completion.py`."""
