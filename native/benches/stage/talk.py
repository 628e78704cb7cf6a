"""How a bench talks to the session that is played for it: words to it on one pipe, answers on another."""

import contextlib
import json
import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

from native.benches.stage.terminal import Terminal

HERE = Path(__file__).parents[3]


def environment(home: Path) -> dict[str, str]:
    """What a shell on a fresh machine would hand on; everything of claw's lies below `home`."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(HERE),
        "OPENAI_API_KEY": "bench",
    }


class Stage:
    """The terminal that a played session is shown on, and the pipes to the player."""

    def __init__(self, terminal: Terminal, words: int, answers: int) -> None:
        self.terminal = terminal
        self._words, self._answers = words, answers

    def do(self, word: str, number: int = 0) -> float:
        """Ask for something; when that was. See `stage/play.py`."""
        at = self.terminal.type("")
        os.write(self._words, f"{word} {number}\n".encode())
        return at

    def ask(self, word: str, number: int = 0) -> Any:
        """Ask for something, and wait for what is answered."""
        self.do(word, number)
        return self.answer()

    def answer(self) -> Any:
        """The next answer."""
        os.set_blocking(self._answers, False)
        told = b""
        while not told.endswith(b"\n"):
            with contextlib.suppress(BlockingIOError):
                told += os.read(self._answers, 4096)
            self.terminal.read(0.002)
        return json.loads(told)

    def until(self, word: str, text: str, number: int = 0) -> float:
        """Ask for something, and wait until a text shows; the seconds that took."""
        since = len(self.terminal.data)
        asked = self.do(word, number)
        took = self.terminal.wait(text, since) - asked
        self.answer()
        return took

    def press(self, keys: str, text: str) -> float:
        """Press keys, and wait until a text shows; the seconds that took."""
        since = len(self.terminal.data)
        pressed = self.terminal.type(keys)
        return self.terminal.wait(text, since) - pressed


@contextlib.contextmanager
def staged(home: Path, rate: float | None = None) -> Generator[Stage]:
    """A played session on a terminal, below `home`, whose folder `work` is the workspace. `rate`: see `Terminal`."""
    hears, words = os.pipe()
    answers, tells = os.pipe()
    program = (sys.executable, "-m", "native.benches.stage.play", str(hears), str(tells))
    try:
        with Terminal(program, env=environment(home), cwd=home / "work", keep=(hears, tells), rate=rate) as terminal:
            terminal.wait("send")
            terminal.quiet()
            yield Stage(terminal, words, answers)
    finally:
        for end in (hears, words, answers, tells):
            os.close(end)
