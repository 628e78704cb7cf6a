"""Widgets that know what Textual would make from all that is around them, each time they are asked."""

from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class OwnStyle(Widget):
    """Its style is made once, and again when Textual says that styles changed."""

    _own_style: Style | None = None

    @property
    def own_style(self) -> Style:
        """What `rich_style` is."""
        if self._own_style is None:
            self._own_style = self.rich_style
        return self._own_style

    def notify_style_update(self) -> None:
        """Colours may be others. Called by Textual."""
        self._own_style = None
        super().notify_style_update()


class OwnFrame(Widget):
    """A widget with others in it. What of itself shows around them is painted once, until it is dirty."""

    _framed: tuple[Region, list[Strip]] | None = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """Its border and its ground. Called by Textual for whatever is painted in front of them."""
        cache = self._styles_cache
        clean = bool(cache._cache) and not cache._dirty_lines  # pyright: ignore[reportPrivateUsage]  it tells by a line only
        if self._framed is None or self._framed[0] != crop or not clean:
            self._framed = crop, super().render_lines(crop)
        return self._framed[1]
