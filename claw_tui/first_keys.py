"""First keys: what is typed while only the skeleton is there, shown at once in its prompt, and kept for the real one.

Only letters of which every terminal thinks the same are shown, up to the first key that is none: what an arrow, a
newline or a paste makes of them is the real prompt's affair. All of it, shown or not, goes there in order.
"""

import os
import select
from codecs import getincrementaldecoder
from collections.abc import Callable

PIECE = 4096


class FirstKeys:
    """Reads a terminal in a thread, until it is stopped."""

    def __init__(self, descriptor: int, show: Callable[[str, int], None], room: int) -> None:
        """`show` is called in the thread: letters, and in which of the `room` cells of the prompt they begin. After an
        OSError it is not called again."""
        import threading

        self._descriptor = descriptor
        self._show = show
        self._room = room
        self._typed = bytearray()
        self._ended, self._end = os.pipe()
        self._thread = threading.Thread(target=self._run, name="claw first keys", daemon=True)
        self._thread.start()

    def stop(self) -> bytes:
        """Read no further; everything that was typed."""
        os.close(self._end)
        self._thread.join()
        os.close(self._ended)
        return bytes(self._typed)

    def _run(self) -> None:
        decode = getincrementaldecoder("utf-8")("replace").decode
        shown, plain = 0, True
        while True:
            ready, _, _ = select.select([self._descriptor, self._ended], [], [])
            if self._ended in ready:
                return
            try:
                piece = os.read(self._descriptor, PIECE)
            except OSError:  # the terminal is gone; a signal tells the process
                return
            if not piece:
                return
            self._typed += piece
            letters = decode(piece) if plain else ""
            fit = _plain(letters)[: self._room - shown]
            plain = plain and fit == letters
            if not fit:
                continue
            try:
                self._show(fit, shown)
            except OSError:  # the terminal takes nothing: what is typed is kept all the same
                plain = False
            shown += len(fit)


def _plain(text: str) -> str:
    """Its beginning that takes a cell a letter."""
    for at, letter in enumerate(text):
        if not letter.isprintable() or not (letter < "\u0300" or "\u0370" <= letter < "\u0483"):
            return text[:at]
    return text
