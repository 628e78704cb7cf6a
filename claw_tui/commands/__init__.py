"""The shelf of the screen's slash commands, one a file. What a command is, see `command.py`."""
