"""The thumb of a scroll bar, painted anew only where it would look different: growing text moves it little."""

from math import ceil

from textual.scrollbar import ScrollBar

FINEST = 8
"""Steps of a cell that a scroll bar can draw."""


class Thumb:
    """Keeps a scroll bar where its view is."""

    def __init__(self) -> None:
        self._drawn: tuple[int, int, int] | None = None

    def place(self, bar: ScrollBar, *, total: int, height: int, top: int) -> None:
        """The view shows `height` of `total` rows, from `top` on."""
        size = max(1.0, height * height / max(total, 1))
        start = (height - size) * top / max(total - height, 1)
        drawn = (height, int(start * FINEST), ceil(size * FINEST))
        if drawn != self._drawn:
            self._drawn = drawn
            bar.window_virtual_size, bar.window_size, bar.position = total, height, float(top)

    def hide(self) -> None:
        """There is no bar."""
        self._drawn = None
