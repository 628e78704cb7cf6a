"""What `claw` does for each command, one a file. Each holds `enter(arguments) -> int`, the exit status.

Nothing is loaded but what the command needs; only those that show a screen import Textual.
"""
