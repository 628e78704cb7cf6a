"""The prompt: what the person says, in one row or many; never slower for what streams, never lost."""

import asyncio
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static, TextArea

from claw_core.event import Mode
from claw_core.intent import Interrupt, Prompt, Retract, RunShell, SwitchMode
from claw_core.mention import mentioned
from claw_tui.chips import Chips, PastedText, Sent
from claw_tui.completion_list import CompletionList
from claw_tui.draft_keeper import NOTHING, DraftKeeper, Kept
from claw_tui.keymap import actions, bindings, hints
from claw_tui.line import Span, fit, width_of
from claw_tui.pane import Pane, PaneContext
from claw_tui.paste import Paste
from claw_tui.prompt_area import PromptArea
from claw_tui.prompt_history import History
from claw_tui.strip_text import rich_text
from claw_tui.views.status import StatusView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import App

CYCLE: tuple[Mode, ...] = ("plan", "ask", "edits", "auto")
"""The modes that Shift+Tab goes through; bypass is chosen by a flag alone."""

OVERTAKEN = timedelta(milliseconds=700)
"""How long after the keys came back by themselves an Esc is taken for the one that would have brought them."""

TWICE = timedelta(milliseconds=1500)
"""Between two Escs that mean rewind; and after one that stopped something, so that a third cannot."""

_COMPLETION_KEYS = ("completion.take", "completion.next", "prompt.submit", "completion.close")
_MENTION_KEYS = ("completion.take", "completion.next", "completion.close")

_COMMAND = re.compile(r"/([A-Za-z][\w-]*)(?:\s+(.*))?$", re.DOTALL)


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
        self._escaped: datetime | None = None
        """When Esc was pressed in an empty prompt while nothing ran."""
        self._interrupted: datetime | None = None
        self._history = History()
        self._stash = ""
        """A draft that was put aside; it comes back when something was sent."""
        self._hints: Sequence[tuple[str, str]] = ()
        self._in_shell = False
        self.chips = Chips()
        self._sent = Sent()
        self.area = PromptArea(self, self.chips, context.theme)
        self._keeper = DraftKeeper(context.drafts) if context.drafts and context.live else None
        self._paste = Paste(self, self.area, self.chips, self._say)
        self.completions = CompletionList(context.theme, self.area, self._retitle)
        self._sign = Static("›", id="prompt-sign", markup=False)
        self.add_class("-ask")

    def compose(self) -> ComposeResult:
        """What could be meant, while a word is begun; the sign and the words."""
        yield self.completions
        with Horizontal():
            yield self._sign
            yield self.area

    def on_mount(self) -> None:
        """Titles follow the theme; what was left in the prompt by a process that is gone comes back."""
        app = cast("App[object]", self.app)  # pyright: ignore[reportUnknownMemberType]  Textual leaves it open
        app.theme_changed_signal.subscribe(self, lambda _: self._retitle())
        if self._keeper is not None:
            self.run_worker(self._restore, group="drafts", exit_on_error=False)

    async def _restore(self) -> None:
        if self._keeper is None:
            return
        kept = await asyncio.to_thread(self._keeper.restore)
        if kept == NOTHING:
            return
        self.chips.adopt(kept.chips)
        begun = self.area.text
        self._stash = "\n\n".join(each for each in (self._stash, kept.text if begun else "", kept.stash) if each)
        if not begun:
            self.put(kept.text)
        self._changed()
        self._retitle()
        self.notify("What you were writing is back.", timeout=4, markup=False)

    def _changed(self) -> None:
        """The draft, or the one that was put aside, is another: keep it."""
        if self._keeper is not None:
            text, stash = self.area.text, self._stash
            self._keeper.note(Kept(text=text, stash=stash, chips=self.chips.of(text, stash)))

    async def on_unmount(self) -> None:
        """Nothing is looked for any more; what is not sent stays for the next start."""
        await self.completions.sources.close()
        if self._keeper is not None:
            self._changed()
            await self._keeper.close()

    def show(self, view: StatusView) -> None:
        """The view changed."""
        if view.mode != self._view.mode or view is not self._view:
            for mode in (*CYCLE, "bypass"):
                self.set_class(mode == view.mode, f"-{mode}")
        self._view = view
        if view.root != self.completions.sources.root:
            self.completions.sources.root = view.root
            if self.context.live:
                self.call_after_refresh(self.completions.sources.prepare)
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
        title: list[Span] = [(" shell ·", "text.key bold")] if self._in_shell else []
        title.append((f" {self._view.mode} ", f"mode.{self._view.mode} bold"))
        self.border_title = rich_text(title, theme)
        spans: list[Span] = []
        queued = len(self._view.queued)
        tail: list[Span] = [(" 1 draft aside ", "text.muted")] if self._stash else []
        tail += [(f" queued: {queued} ", "state.waiting bold")] if queued else []
        tail += [(" Esc again: rewind ", "text.strong")] if self._escaped and can_rewind() else []
        named = self._hints
        if self.completions.display:
            named = hints(_COMPLETION_KEYS if self.area.text.startswith("/") else _MENTION_KEYS)
        for key, word in named:
            does = "run" if self._in_shell and word == "send" else word
            spans += [(f" {key}", "text.key"), (f" {does} ", "text.muted")]
        room = max(0, self.size.width - 4 - width_of(tail))
        self.border_subtitle = Text.assemble(rich_text(fit(spans, room), theme), rich_text(tail, theme))

    # ---- keys

    def pressed(self, key: str) -> bool:
        """What a key does beside typing; whether it did something."""
        self._offer()
        if self._escaped is not None and key != "escape":
            self._escaped = None
            self._retitle()
        if self.completions.pressed(key):
            self._retitle()
            return True
        if key == "tab":
            self.post_message(self.ToQueue())
            return True
        found = next((each for each in actions("prompt") if key in each.keys), None)
        return found is not None and getattr(self, f"action_{found.call}")() is not False

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
        if said := self._sent_or_why_not(text):
            self._say(said)
            return
        self._history.leave()
        self._stash, kept = "", self._stash
        self.put(kept)
        self.chips.forget_all_but(kept, *self._sent.drafts)
        self._changed()
        self._retitle()

    def _sent_or_why_not(self, text: str) -> str:
        """Send it to whom it is for; what to tell the person where that cannot be."""
        if text.startswith("!"):
            return self._run(self.chips.whole(text[1:]).strip())
        found = _COMMAND.match(text)
        if found is not None:
            return self.context.command(found[1], self.chips.whole(found[2] or "").strip()) or ""
        pictures = self.chips.pictures(text)
        images = [picture.image for picture in pictures if picture.image is not None]
        if len(images) < len(pictures):
            return "A picture is still being read. Press Enter again in a moment."
        if images and self._view.sees is False:
            return f"{self._view.model} sees no pictures. Take them out, or choose another model with /model."
        whole = self.chips.whole(text)
        named = mentioned(self.chips.without(text))
        self.send(Prompt(text=whole, images=tuple(images), named=named))
        self._sent.keep(whole, text)
        return ""

    def _run(self, line: str) -> str:
        """Run a shell line; or why not."""
        if not line:
            return "Write a shell line behind the !, such as !git status."
        if self._view.shell:
            return f"This runs still: {self._view.shell}. Esc stops it."
        self.send(RunShell(line=line))
        return ""

    def _say(self, words: str) -> None:
        self.notify(words, severity="warning", timeout=6, markup=False)

    def draft(self, text: str) -> None:
        """Words to begin with; a draft that stands there is put aside."""
        self._stash = "\n\n".join(each for each in (self._stash, self.area.text) if each.strip())
        self.put(text)
        self._changed()
        self._retitle()

    def put(self, text: str) -> None:
        """Words that nobody typed now, in place of what stands there."""
        self.completions.written(text)
        self.area.put_all(text)
        self.area.focus()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Something else stands in the prompt."""
        event.stop()
        self._changed()
        self._show_sign()
        self._offer()

    def _show_sign(self) -> None:
        """What Enter would do: say it, or run it."""
        in_shell = self.area.text.startswith("!")
        if in_shell != self._in_shell:
            self._in_shell = in_shell
            self._sign.update("$" if in_shell else "›")
            self._retitle()

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        """The cursor stands somewhere else."""
        event.stop()
        self._offer()

    def _offer(self) -> None:
        shown = self.completions.display
        self.completions.offer()
        if shown != self.completions.display:
            self._retitle()

    def action_newline(self) -> None:
        """A new line where the cursor stands."""
        self.area.put_here("\n")

    def action_undo(self) -> None:
        """What stood there before."""
        self.area.undo()

    def action_older(self) -> bool:
        """What was said before, in the first row; what waits to be delivered is taken back."""
        if not self.area.at_first_row:
            return False
        if not self.area.text and self._view.queued:
            self.put(self._sent.draft(self._view.queued[-1]))
            self.send(Retract())
            return True
        older = self._history.older(self.area.text)
        if older is not None:
            self.put(self._sent.draft(older))
        return True

    def action_newer(self) -> bool:
        """What was said after that, in the last row."""
        if not self.area.at_last_row:
            return False
        newer = self._history.newer()
        if newer is not None:
            self.put(self._sent.draft(newer))
        return True

    def take_keys_back(self) -> None:
        """Have the keys, though nobody pressed one for that: everything was answered."""
        self.take_focus()
        self._returned = self.context.clock()

    def action_interrupt(self) -> None:
        """Stop what runs, but where Esc only meant to come back here and was overtaken; twice in an empty prompt while
        nothing runs: rewind."""
        now = self.context.clock()
        overtaken = self._returned is not None and now - self._returned < OVERTAKEN
        if overtaken or not self.context.live:
            return
        if self._view.running or self._view.shell:
            self.send(Interrupt())
            self._interrupted = now
        elif self.area.text or (self._interrupted is not None and now - self._interrupted < TWICE):
            self._escaped = None
        elif self._escaped is not None and now - self._escaped < TWICE:
            self._escaped = None
            self.context.command("rewind", "")
        else:
            self._escaped = now
        self._retitle()

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
        self._changed()
        self._retitle()

    def action_editor(self) -> None:
        """Write it in the person's own editor; where the cursor touches a pasted text, that text."""
        label = self.area.cursor_label
        chip = self.chips.get(label)
        if isinstance(chip, PastedText):
            self.post_message(
                self.EditText(chip.text, lambda text: self._rewrite(label, self.chips.rewritten(label, text)))
            )
        else:
            self.post_message(self.EditText(self.area.text, self.put))

    def _rewrite(self, label: str, now: str) -> None:
        self.area.put_for(label, now)

    # ---- what is pasted

    def pasted(self, text: str) -> None:
        """This was pasted."""
        self._paste.take(text)

    def action_paste(self) -> None:
        """What the clipboard holds: a picture, or words."""
        self._paste.ask_clipboard()

    def action_unfold(self) -> None:
        """The pasted text that the cursor touches stands in the draft as it is."""
        chip = self.chips.get(self.area.cursor_label)
        if isinstance(chip, PastedText):
            self.area.put_for(chip.label, chip.text)


def can_rewind() -> bool:
    """Whether there is a command for that."""
    from claw_tui.command import is_command

    return is_command("rewind")
