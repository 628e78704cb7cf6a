"""The prompt: what the person says, in one row or many; never slower for what streams, never lost."""

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static, TextArea

from claw_core.event import Mode
from claw_core.intent import Interrupt, Prompt, Retract, SwitchMode
from claw_tui.completion_list import CompletionList
from claw_tui.keymap import bindings, hints
from claw_tui.line import Span, fit, width_of
from claw_tui.pane import Pane, PaneContext
from claw_tui.prompt_history import History
from claw_tui.strip_text import rich_text
from claw_tui.views.status import StatusView

if TYPE_CHECKING:
    from collections.abc import Sequence

CYCLE: tuple[Mode, ...] = ("plan", "ask", "edits", "auto")
"""The modes that Shift+Tab goes through; bypass is chosen by a flag alone."""

OVERTAKEN = timedelta(milliseconds=700)
"""How long after the keys came back by themselves an Esc is taken for the one that would have brought them."""

_COMPLETION_KEYS = ("completion.take", "completion.next", "prompt.submit", "completion.close")

_COMMAND = re.compile(r"/([A-Za-z][\w-]*)(?:\s+(.*))?$", re.DOTALL)


JOINERS = ("\u200c", "\u200d")
"""What makes letters join, or not, and emoji one."""


class PromptArea(TextArea):
    """Where the words are typed. The keys that mean more than a character are tried first, in typing order."""

    DEFAULT_CSS = """
    PromptArea, PromptArea:focus {
        border: none; padding: 0; height: auto; min-height: 1; max-height: 8; width: 1fr;
        background: $ground-screen; scrollbar-size-vertical: 1;
    }
    """

    def __init__(self, pane: "PromptPane") -> None:
        super().__init__(id="prompt-area", compact=True, highlight_cursor_line=False)
        self._pane = pane
        self.cursor_blink = False

    async def _on_key(self, event: events.Key) -> None:
        if self._pane.pressed(event.key):
            event.stop()
            event.prevent_default()
            return
        if event.character in JOINERS and not self.read_only:
            # Textual takes them for control characters; Persian words and joined emoji are written with them.
            event.stop()
            event.prevent_default()
            self.insert(event.character)
            return
        await super()._on_key(event)

    @property
    def at_first_row(self) -> bool:
        """Whether the cursor stands in the first row as it is wrapped."""
        return self.navigator.is_first_wrapped_line(self.cursor_location) and self.cursor_location[0] == 0

    @property
    def at_last_row(self) -> bool:
        """Whether the cursor stands in the last row as it is wrapped."""
        last = self.document.line_count - 1
        return self.navigator.is_last_wrapped_line(self.cursor_location) and self.cursor_location[0] == last


class PromptPane(Pane[StatusView]):
    """The prompt with its border, which tells the mode."""

    NAME = "prompt"
    VIEW = "status"
    PLACE = "prompt"
    BINDINGS = bindings("prompt")
    DEFAULT_CSS = """
    PromptPane { height: auto; border-subtitle-align: left; border-title-align: right; }
    PromptPane > Horizontal { height: auto; }
    PromptPane #prompt-sign { width: 2; height: 1; color: $mode-ask; text-style: bold; }
    PromptPane.-plan { border: round $mode-plan; } PromptPane.-plan #prompt-sign { color: $mode-plan; }
    PromptPane.-ask { border: round $mode-ask; } PromptPane.-ask #prompt-sign { color: $mode-ask; }
    PromptPane.-edits { border: round $mode-edits; } PromptPane.-edits #prompt-sign { color: $mode-edits; }
    PromptPane.-auto { border: round $mode-auto; } PromptPane.-auto #prompt-sign { color: $mode-auto; }
    PromptPane.-bypass { border: heavy $mode-bypass; } PromptPane.-bypass #prompt-sign { color: $mode-bypass; }
    """

    class ToQueue(Message):
        """The person wants to see what waits, or go on to the next pane."""

    def __init__(self, context: PaneContext) -> None:
        super().__init__(context)
        self._view = StatusView(root=context.root)
        self._returned: datetime | None = None
        """When the keys came back by themselves."""
        self._history = History()
        self._stash = ""
        """A draft that was put aside; it comes back when something was sent."""
        self._hints: Sequence[tuple[str, str]] = ()
        self.area = PromptArea(self)
        self.completions = CompletionList(context.theme, self._write)
        self.add_class("-ask")

    def compose(self) -> ComposeResult:
        """What could be meant, while a command is typed; the sign and the words."""
        yield self.completions
        with Horizontal():
            yield Static("›", id="prompt-sign", markup=False)
            yield self.area

    def show(self, view: StatusView) -> None:
        """The view changed."""
        if view.mode != self._view.mode or view is not self._view:
            for mode in (*CYCLE, "bypass"):
                self.set_class(mode == view.mode, f"-{mode}")
        self._view = view
        self._history.known(view.prompts)
        self._retitle()

    def show_keys(self, keys: "Sequence[tuple[str, str]]") -> None:
        """Name these keys, with what they do, in the lower border."""
        self._hints = keys
        self._retitle()

    def on_resize(self) -> None:
        """The border has more or less room."""
        self._retitle()

    def take_focus(self) -> None:
        """To the words."""
        self.area.focus()

    def _retitle(self) -> None:
        theme = self.context.theme()
        self.border_title = rich_text(((f" {self._view.mode} ", f"mode.{self._view.mode} bold"),), theme)
        spans: list[Span] = []
        queued = len(self._view.queued)
        tail: list[Span] = [(" 1 draft aside ", "text.muted")] if self._stash else []
        tail += [(f" queued: {queued} ", "state.waiting bold")] if queued else []
        named = hints(_COMPLETION_KEYS) if self.completions.display else self._hints
        for key, word in named:
            spans += [(f" {key}", "text.key"), (f" {word} ", "text.muted")]
        room = max(0, self.size.width - 4 - width_of(tail))
        self.border_subtitle = Text.assemble(rich_text(fit(spans, room), theme), rich_text(tail, theme))

    # ---- keys

    def pressed(self, key: str) -> bool:
        """What a key does beside typing; whether it did something."""
        self._offer()
        if self.completions.pressed(key):
            self._retitle()
            return True
        match key:
            case "enter":
                self.action_submit()
            case "shift+enter" | "alt+enter" | "ctrl+j":
                self.action_newline()
            case "up":
                return self._older()
            case "down":
                return self._newer()
            case "escape":
                self.action_interrupt()
            case "shift+tab":
                self.action_mode()
            case "tab":
                self.post_message(self.ToQueue())
            case "ctrl+g":
                self.action_editor()
            case "ctrl+r":
                self.action_recall()
            case "ctrl+s":
                self.action_stash()
            case _:
                return False
        return True

    def action_submit(self) -> None:
        """Send what is written, unless the line goes on."""
        area = self.area
        row, column = area.cursor_location
        if column and area.document[row][:column].endswith("\\"):
            area.replace("\n", (row, column - 1), (row, column))
            return
        text = area.text.strip()
        if not text:
            return
        if not self.context.live:
            self._say("This is a replay: it only shows what happened.")
            return
        said = self._taken_as_command(text)
        if said is not None:
            if said:
                self._say(said)
                return
        else:
            self.send(Prompt(text=text))
        self._history.leave()
        self._stash, kept = "", self._stash
        self.put(kept)
        self._retitle()

    def _taken_as_command(self, text: str) -> str | None:
        """None where it is no command; empty where it was one; else what to tell the person."""
        if text.startswith("!"):
            return self.context.command("!", text[1:].strip()) or ""
        found = _COMMAND.match(text)
        return None if found is None else self.context.command(found[1], (found[2] or "").strip()) or ""

    def _say(self, words: str) -> None:
        self.notify(words, severity="warning", timeout=6, markup=False)

    def draft(self, text: str) -> None:
        """Words to begin with; a draft that stands there is put aside."""
        self._stash = "\n\n".join(each for each in (self._stash, self.area.text) if each.strip())
        self.put(text)
        self._retitle()

    def put(self, text: str) -> None:
        """Words that nobody typed now, in place of what stands there."""
        self.completions.written(text)
        self._write(text)

    def _write(self, text: str) -> None:
        self.area.text = text
        self.area.move_cursor(self.area.document.end)
        self.area.focus()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Something else stands in the prompt."""
        event.stop()
        self._offer()

    def _offer(self) -> None:
        shown = self.completions.display
        self.completions.offer(self.area.text)
        if shown != self.completions.display:
            self._retitle()

    def action_newline(self) -> None:
        """A new line where the cursor stands."""
        start, end = self.area.selection
        self.area.replace("\n", start, end)

    def action_older(self) -> None:
        """What was said before."""
        self._older()

    def action_newer(self) -> None:
        """What was said after that."""
        self._newer()

    def _older(self) -> bool:
        if not self.area.at_first_row:
            return False
        if not self.area.text and self._view.queued:
            self.put(self._view.queued[-1])
            self.send(Retract())
            return True
        older = self._history.older(self.area.text)
        if older is not None:
            self.put(older)
        return True

    def _newer(self) -> bool:
        if not self.area.at_last_row:
            return False
        newer = self._history.newer()
        if newer is not None:
            self.put(newer)
        return True

    def take_keys_back(self) -> None:
        """Have the keys, though nobody pressed one for that: everything was answered."""
        self.take_focus()
        self._returned = self.context.clock()

    def action_interrupt(self) -> None:
        """Stop the turn that runs; not where Esc only meant to come back here, and was overtaken."""
        overtaken = self._returned is not None and self.context.clock() - self._returned < OVERTAKEN
        if self._view.running and self.context.live and not overtaken:
            self.send(Interrupt())

    def action_mode(self) -> None:
        """The next mode."""
        if not self.context.live:
            return
        mode = self._view.mode
        following = CYCLE[(CYCLE.index(mode) + 1) % len(CYCLE)] if mode in CYCLE else "ask"
        self.send(SwitchMode(mode=following))

    def action_recall(self) -> None:
        """Look through what was said before, in this session and earlier ones."""
        self.context.command("history", "")

    def action_stash(self) -> None:
        """Put the draft aside, to say something else first; or bring it back."""
        self._stash, kept = self.area.text, self._stash
        self.put(kept)
        self._retitle()

    def action_editor(self) -> None:
        """Write it in the person's own editor."""
        self.post_message(self.EditText(self.area.text, self.put))
