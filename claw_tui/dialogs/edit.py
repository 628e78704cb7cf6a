"""Changing what is proposed before it is allowed: the command, the new text, one hunk, or the arguments."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Generic, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import TextArea

from claw_core.error import UsageError
from claw_tui.dialog import Dialog, ResultT
from claw_tui.editor import edit_in
from claw_tui.field import Page
from claw_tui.keymap import bindings
from claw_tui.theme import Theme
from claw_tui.visible import VisibleText

if TYPE_CHECKING:
    from textual.app import App


class EditDialog(Dialog[ResultT], Generic[ResultT]):
    """Returns what `take` makes of the text."""

    DEFAULT_CSS = "EditDialog TextArea { height: auto; min-height: 3; max-height: 50vh; }"
    BINDINGS: ClassVar[list[BindingType]] = bindings("editor")
    HINTS: ClassVar[tuple[str, ...]] = ("editor.confirm", "editor.external", "dialog.cancel")

    def __init__(
        self,
        theme: Callable[[], Theme],
        title: str,
        text: str,
        take: Callable[[str], ResultT],
        *,
        draft: str = "",
        suffix: str = "",
        one_command: bool = False,
    ) -> None:
        """`take` raises ValueError, with words for the person, for what cannot be taken. `draft`: what the person wrote
        before, in place of `text`; `suffix` of a file name tells an editor the language."""
        super().__init__(theme, title)
        self._text = VisibleText(text)
        self._draft = draft
        self._take = take
        self._suffix = suffix or ".txt"
        self._one_command = one_command

    def inside(self) -> ComposeResult:
        """The text."""
        shown = self._draft or self._text.shown
        yield Page(shown, soft_wrap=True, show_line_numbers=False, id="text", tab_behavior="indent")

    @property
    def _area(self) -> TextArea:
        return self.query_one("#text", TextArea)

    @property
    def draft(self) -> str:
        """What is written there now, if the person changed it."""
        text = self._area.text if self.is_mounted else ""
        return text if text != self._text.shown else ""

    def action_confirm(self) -> None:
        """Take it as it is written."""
        try:
            result = self._take(self._text.taken_back(self._area.text))
        except ValueError as error:
            self.refuse(str(error))
            return
        self.dismiss(result)

    async def action_external(self) -> None:
        """Write it in the person's own editor, then look at it here again."""
        self.run_worker(self._in_editor(), exclusive=True)

    async def _in_editor(self) -> None:
        try:
            app = cast("App[object]", self.app)  # pyright: ignore[reportUnknownMemberType]  Textual leaves it open
            text = await edit_in(app, self._text.taken_back(self._area.text), suffix=self._suffix)
        except UsageError as error:
            self.refuse(str(error))
            return
        if self._one_command:
            text = text.rstrip("\n")
        self._text = VisibleText(text)
        self._area.text = self._text.shown
