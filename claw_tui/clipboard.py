"""The clipboard: through the terminal (OSC 52), so that it works over SSH and inside tmux, without any program."""

import base64
import os

LARGEST = 74_000
"""Bytes that most terminals take; longer text is cut, and said to be."""


def osc52(text: str, *, tmux: bool | None = None) -> tuple[str, bool]:
    """The escape sequence that puts a text into the clipboard, and whether all of it fits.

    `tmux`: wrap it so that tmux passes it on; None asks the environment.
    """
    data = text.encode()
    whole = len(data) <= LARGEST
    encoded = base64.b64encode(data[:LARGEST].decode(errors="ignore").encode()).decode()
    sequence = f"\x1b]52;c;{encoded}\x07"
    if tmux if tmux is not None else bool(os.environ.get("TMUX")):
        sequence = "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    return sequence, whole
