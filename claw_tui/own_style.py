"""A widget that knows its own colours: Textual makes them from all that is around it, each time they are asked for."""

from rich.style import Style
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
