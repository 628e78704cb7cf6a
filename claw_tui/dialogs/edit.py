"""Changing what is proposed before it is allowed: the command, the new text, or the arguments."""

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import TextArea

from claw_core.ask import Allow, PermissionAsk
from claw_core.error import UsageError
from claw_tui.answering import editable, edited
from claw_tui.dialog import Dialog
from claw_tui.editor import edit_in
from claw_tui.keymap import bindings
from claw_tui.theme import Theme

if TYPE_CHECKING:
    from textual.app import App


class EditDialog(Dialog[Allow]):
    """Returns the answer that allows the call as it was rewritten."""

    DEFAULT_CSS = "EditDialog TextArea { height: auto; min-height: 3; max-height: 50vh; }"
    BINDINGS: ClassVar[list[BindingType]] = bindings("editor")
    HINTS: ClassVar[tuple[str, ...]] = ("editor.confirm", "editor.external", "dialog.cancel")

    def __init__(self, theme: Callable[[], Theme], ask: PermissionAsk) -> None:
        self._part = editable(ask)
        where = f" · {ask.input['path']}" if self._part.field and "path" in ask.input else ""
        super().__init__(theme, f"{self._part.title}{where}")
        self._ask = ask

    def inside(self) -> ComposeResult:
        """The text."""
        yield TextArea(self._part.text, soft_wrap=True, show_line_numbers=False, id="text", tab_behavior="indent")

    @property
    def _area(self) -> TextArea:
        return self.query_one("#text", TextArea)

    def action_confirm(self) -> None:
        """Allow it as it is written."""
        try:
            answer = edited(self._ask, self._area.text)
        except ValueError as error:
            self.refuse(str(error))
            return
        self.dismiss(answer)

    async def action_external(self) -> None:
        """Write it in the person's own editor, then look at it here again."""
        self.run_worker(self._in_editor(), exclusive=True)

    async def _in_editor(self) -> None:
        suffix = PurePosixPath(self._part.path).suffix or ".txt"
        try:
            app = cast("App[object]", self.app)  # pyright: ignore[reportUnknownMemberType]  Textual leaves it open
            text = await edit_in(app, self._area.text, suffix=suffix)
        except UsageError as error:
            self.refuse(str(error))
            return
        if self._part.field == "command":
            text = text.rstrip("\n")
        self._area.text = text
