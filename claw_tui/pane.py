"""What a pane is: a part of the screen that shows one view. The panes themselves lie in `panes/`, one a file.

A pane never sees the session. It is handed a view (`show`), at most once a frame and only when the view changed, and
says what the person wants by messages: `Intended` for the session, `GoTo` for another pane. The module
`panes/trace.py` holds the class `TracePane`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Generic, Literal, TypeVar

from textual import events
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget

from claw_core.event import Record
from claw_core.intent import Intent
from claw_tui.answer_desk import AnswerDesk
from claw_tui.own_style import OwnFrame
from claw_tui.theme import Theme
from claw_tui.view import View

ViewT = TypeVar("ViewT", bound=View)

Place = Literal["top", "main", "side", "below", "prompt"]
"""Where a pane stands: the status line; the conversation; beside it; between it and the prompt; the prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaneContext:
    """What a pane may ask about its surroundings."""

    theme: Callable[[], Theme]
    """The theme in use."""
    clock: Callable[[], datetime]
    """The time, in UTC; of a replay, that of the record it stands at."""
    root: Path
    """The workspace folder."""
    request_bytes: Callable[[Record], bytes]
    """The body that a `model.called` record tells of, byte for byte. Reads files: call it off the event loop."""
    command: Callable[[str, str], "str | None"]
    """Run a slash command by name with the words after it. None when it was taken; else what to tell the person."""
    drafts: Path | None = None
    """Where the prompt keeps what is being written; None to keep nothing."""
    live: bool = True
    """False in a replay, where nothing can be asked of the session."""
    desk: AnswerDesk = field(default_factory=AnswerDesk)
    """Where answers are made: the queue and the diff pane share it."""


class Pane(OwnFrame, Generic[ViewT]):
    """A part of the screen with a border and a title."""

    NAME: ClassVar[str]
    """The module's name."""
    VIEW: ClassVar[str]
    """The name of the view it shows."""
    TITLE: ClassVar[str] = ""
    PLACE: ClassVar[Place] = "side"

    DEFAULT_CSS = """
    Pane {
        border: round $line-border;
        border-title-color: $text-muted;
        border-subtitle-color: $text-muted;
        background: $ground-screen;
        height: 1fr;
        width: 1fr;
        padding: 0;
    }
    Pane.-active { border: round $line-focus; border-title-color: $text-strong; border-title-style: bold; }
    """

    class Intended(Message):
        """The person wants this of the session."""

        def __init__(self, intent: Intent) -> None:
            self.intent = intent
            super().__init__()

    class GoTo(Message):
        """Show the place where this record is, in another pane."""

        def __init__(self, seq: int, pane: str = "conversation") -> None:
            self.seq = seq
            self.pane = pane
            super().__init__()

    class Copy(Message):
        """Put this into the clipboard."""

        def __init__(self, text: str, what: str) -> None:
            self.text = text
            self.what = what
            """What it is, for the notice: `message`, `command`."""
            super().__init__()

    class OpenText(Message):
        """Open this in the person's editor, to read."""

        def __init__(self, text: str, suffix: str = ".md") -> None:
            self.text = text
            self.suffix = suffix
            super().__init__()

    class OpenFile(Message):
        """Open this file in the person's editor, at a line where one is named; `done` is called afterwards."""

        def __init__(self, path: Path, line: int = 0, done: Callable[[], None] | None = None) -> None:
            self.path = path
            self.line = line
            self.done = done
            super().__init__()

    class PrintText(Message):
        """Print this to the terminal's own scrollback."""

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__()

    class Fork(Message):
        """Go on from this record, in a session of its own."""

        def __init__(self, seq: int) -> None:
            self.seq = seq
            super().__init__()

    class EditText(Message):
        """Let the person change this in their editor; `done` gets what they made of it."""

        def __init__(self, text: str, done: Callable[[str], None]) -> None:
            self.text = text
            self.done = done
            super().__init__()

    def __init__(self, context: PaneContext) -> None:
        super().__init__(id=f"pane-{self.NAME}")
        self.context = context
        self.border_title = self.TITLE

    def show(self, view: ViewT) -> None:
        """The view changed, or is shown for the first time. Called at most once a frame."""
        raise NotImplementedError

    def tick(self) -> None:
        """Called a few times a second while something runs: refresh what moves by itself, without layout."""

    def take_focus(self) -> None:
        """Give the keys to the widget inside that wants them."""
        for child in self.walk_children(Widget):
            if child.focusable:
                child.focus()
                return

    def send(self, intent: Intent) -> None:
        """Ask this of the session."""
        self.post_message(self.Intended(intent))

    @property
    def has_keys(self) -> bool:
        """Whether keys go to something inside."""
        return self.has_class("-active")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The border says where the keys go."""
        self.add_class("-active")

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """The keys went elsewhere."""
        self.remove_class("-active")


AnyPane = Pane[Any]
"""A pane of any view."""


class Beside(Horizontal):
    """Panes beside each other; they cover all of it, so there is no ground to paint."""

    BLANK = True


class Below(Vertical):
    """Panes below each other, the same."""

    BLANK = True


def pane_type(name: str) -> type[Pane[View]]:
    """The pane of that name. Raises ModuleNotFoundError where there is none."""
    module = import_module(f"claw_tui.panes.{name}")
    found: type[Pane[View]] = getattr(module, f"{name.title().replace('_', '')}Pane")
    return found
