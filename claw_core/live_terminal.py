"""The terminal of a running command as somebody sees it who looks on: fed with what `call.progressed` tells.

It draws as the command's own does, and nothing that it is fed reaches a real one.
"""

from dataclasses import dataclass

from claw_core.native.output import Output, Picture, Styles

ROWS, COLUMNS = 24, 120
"""The size of the terminal that a call's command runs on."""
KEPT = 64 * 1024
"""Bytes that are kept of what scrolled off, half from the start and half from the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What there is to see."""

    above: str
    """What scrolled off, as text; a note stands for what was not kept."""
    styles: Styles
    """How that looked."""
    screen: Picture


class LiveTerminal:
    """A terminal to look at."""

    def __init__(self) -> None:
        self._output = Output(rows=ROWS, columns=COLUMNS, keep=KEPT)

    def feed(self, text: str) -> None:
        """The command printed that."""
        self._output.add(text.encode("utf-8", "replace"))

    def scene(self) -> Scene:
        """What there is to see now."""
        seen, screen = self._output.seen(), self._output.picture()
        note = f"… {seen.omitted:,} bytes are not kept …\n" if seen.omitted else ""
        text = seen.head + note + seen.tail
        moved = len(seen.head) + len(note)
        styles = seen.head_styles + [(first + moved, end + moved, words) for first, end, words in seen.tail_styles]
        above = text if screen.is_aside else text.removesuffix(self._output.screen())
        return Scene(above="" if screen.is_aside else above, styles=styles, screen=screen)
