"""Settings: every one with its value and who says so, found by typing, changed in place, kept in the person's own file.

The line at the top has the keys and narrows the list. What is written below it is checked at every key; nothing is
written to a file before it fits.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import cast

from textual import events, on
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Input, TextArea

from claw_core.config.change import Value, understood
from claw_core.error import ClawError
from claw_tui.dialog import Words
from claw_tui.field import Field, Page
from claw_tui.keymap import bindings, hints
from claw_tui.line import Line, Span, clean, fit, one_line, pad, wrap
from claw_tui.line_view import LineView
from claw_tui.own_settings import Held, Own, OwnSettings, source_of, value_words
from claw_tui.paint_clock import PromptlyPainted
from claw_tui.pane import Pane
from claw_tui.picker import Entry, Picker, match
from claw_tui.request_lines import hint_lines
from claw_tui.theme import Theme

NAME, SOURCE = 24, 14
"""Cells for a setting's key, and for who says so."""

KEYS = ("settings.change", "settings.unset", "settings.own", "settings.editor", "settings.close")
WRITING = ("settings.keep", "settings.close")

NOWHERE = 1_000_000
"""The rank of what does not fit."""

WHERE = {"everywhere": "all projects", "here": "this project"}


class Rows(LineView):
    """The settings that fit what was typed, a row each."""

    MARKER = 0
    ONE_ROW = True
    REFERS = False

    def __init__(self, theme: Callable[[], Theme]) -> None:
        super().__init__(theme, id="settings-rows")
        self.rows: list[Held] = []
        self.can_focus = False

    @property
    def here(self) -> Held | None:
        """The setting under the cursor."""
        return self.rows[self.cursor] if self.rows else None

    def count(self) -> int:
        """Settings, or the row that says there are none."""
        return max(1, len(self.rows))

    def key(self, index: int) -> Hashable:
        """What its row depends on."""
        if not self.rows:
            return None
        held = self.rows[index]
        return held.setting.key, held.shown, held.source, index == self.cursor

    def paint(self, index: int, width: int) -> Sequence[Line]:
        """`▸ ui.attention   bell   default`."""
        if not self.rows:
            return [(("  nothing fits", "text.muted italic"),)]
        held, here = self.rows[index], index == self.cursor
        name = pad(
            (("▸ " if here else "  ", "text.key bold"), (held.setting.key, "text.strong" if here else "text.body")),
            min(NAME, max(8, width // 2)),
        )
        look = "text.key" if held.said else "text.muted"
        value: Span = (f" {one_line(held.shown) or '—'}", look)
        if width < NAME + SOURCE + 12:
            return [fit((*name, value), width)]
        source = pad(((f" {held.source}", "text.muted"),), SOURCE)
        return [(*name, *pad((value,), width - NAME - SOURCE), *source)]


class SettingsScreen(PromptlyPainted[None], ModalScreen[None]):
    """Every setting. Returns nothing: what was changed is in the file."""

    BINDINGS = bindings("settings")
    DEFAULT_CSS = """
    SettingsScreen { background: $ground-screen; layout: vertical; }
    SettingsScreen Words { background: $ground-raised; padding: 0 1; }
    SettingsScreen > #settings-about { background: $ground-screen; padding: 1 1 0 1; max-height: 60%; }
    SettingsScreen Input, SettingsScreen Input:focus, SettingsScreen TextArea, SettingsScreen TextArea:focus {
        border: none; background: $ground-raised; padding: 0 1; height: 1; margin: 0 1;
    }
    SettingsScreen TextArea, SettingsScreen TextArea:focus { height: 6; }
    SettingsScreen > #settings-error { display: none; background: $ground-screen; }
    SettingsScreen > #settings-error.-shown { display: block; }
    """

    def __init__(
        self,
        theme: Callable[[], Theme],
        own: OwnSettings,
        *,
        themes: Sequence[str],
        holds: Callable[[Held], bool],
        preview: Callable[[str | None], None],
        typed: str = "",
    ) -> None:
        """`holds` lets a changed setting hold at once, and says whether it could; `preview` shows a theme."""
        super().__init__()
        self._look = theme
        self._settings = own
        self._themes = themes
        self._holds = holds
        self._preview = preview
        self._typed = typed
        self._own: Own = "everywhere"
        self._all: tuple[Held, ...] = ()
        self._said, self._error = "", ""
        self._edited: Held | None = None
        """The setting that is being written."""
        self.rows = Rows(theme)

    def compose(self) -> ComposeResult:
        """Where changes go, what to look for, the settings, the one under the cursor, the keys. Called by Textual."""
        yield Words(self._look, self._title_line, id="settings-title")
        yield Field(self._typed, placeholder="type to find a setting", id="settings-search", select_on_focus=False)
        yield self.rows
        yield Words(self._look, self._about, id="settings-about")
        yield Words(self._look, lambda width: wrap(((self._error, "state.failed"),), width), id="settings-error")
        yield Words(self._look, self._hints, id="settings-hints")

    def on_mount(self) -> None:
        """Read the files."""
        self._search.focus()
        self.run_worker(self._load(), exclusive=True)

    async def _load(self) -> None:
        try:
            self._take(await self._settings.look())
        except ClawError as error:
            self._refuse(str(error))

    @property
    def _search(self) -> Input:
        return self.query_one("#settings-search", Input)

    # ---- what is shown

    def _take(self, settings: tuple[Held, ...]) -> None:
        self._all = settings
        self._narrow()

    def _narrow(self) -> None:
        words, before = self._search.value, self.rows.here
        ranked = [(_rank(held, words), place, held) for place, held in enumerate(self._all)]
        self.rows.rows = [held for rank, _, held in sorted(ranked, key=lambda each: each[:2]) if rank < NOWHERE]
        at = (index for index, held in enumerate(self.rows.rows) if before and held.setting.key == before.setting.key)
        self.rows.cursor = next(at, 0)
        self.rows.changed()
        self.rows.show_item(self.rows.cursor)
        self._tell()

    def _tell(self) -> None:
        for name in ("title", "about", "error", "hints"):
            self.query_one(f"#settings-{name}", Words).redraw()
        self.query_one("#settings-error").set_class(bool(self._error), "-shown")

    def _title_line(self, width: int) -> list[Line]:
        file = self._settings.place(self._own)
        where = (f"{WHERE[self._own]} ", "text.key bold")
        return [fit((("settings for ", "text.strong bold"), where, (file, "text.muted")), width)]

    def _about(self, width: int) -> list[Line]:
        held = self._edited or self.rows.here
        if held is None:
            return [()]
        setting = held.setting
        usual = f" By itself: {setting.usual}." if setting.usual else ""
        lines = wrap(((f"{setting.help}.", "text.body"), (usual, "text.muted")), width)
        for number, (name, value) in enumerate(held.said):
            look = "text.key" if number == len(held.said) - 1 else "text.muted"
            said = (f"{name}: ", "text.muted"), (one_line(value_words(value)), look)
            lines.append(fit(said, width))
        if self._edited is not None:
            how = " one a line" if setting.kind == "texts" else ""
            lines.append(((f"{setting.key} for {WHERE[self._own]},{how} as it should be:", "text.strong"),))
        elif self._said:
            lines += wrap(((self._said, "state.ok"),), width)
        return lines

    def _hints(self, width: int) -> list[Line]:
        if self._edited is not None:
            keep, back = hints(WRITING)
            return hint_lines([("Enter", "keep") if self._one_line else keep, back], width)
        return hint_lines(hints(KEYS), width)

    @property
    def _one_line(self) -> bool:
        return self._edited is not None and self._edited.setting.kind != "texts"

    def _refuse(self, why: str) -> None:
        self._error = clean(why)
        self._tell()

    @on(Input.Changed, "#settings-search")
    def narrow(self) -> None:
        """Another word to find."""
        self._said = self._error = ""
        self._narrow()

    # ---- keys and mouse

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """While something is written, keys are for that. Called by Textual."""
        return self._edited is None or action in ("keep", "close")

    def action_move(self, by: int) -> None:
        """Another setting."""
        self._said = self._error = ""
        self.rows.move((self.rows.cursor + by) % self.rows.count())
        self.rows.changed()
        self._tell()

    def action_page(self, direction: int) -> None:
        """A screenful."""
        by = direction * max(1, self.rows.size.height - 1)
        self.rows.move(min(max(self.rows.cursor + by, 0), self.rows.count() - 1))
        self.rows.changed()
        self._tell()

    @on(LineView.Moved)
    def moved(self, event: LineView.Moved) -> None:
        """A click."""
        event.stop()
        self.rows.changed()
        self._tell()

    @on(LineView.Picked)
    def picked(self, event: LineView.Picked) -> None:
        """A second click."""
        event.stop()
        self.action_change()

    def on_click(self, event: events.Click) -> None:
        """On the title: the other file."""
        if event.widget is not None and event.widget.id == "settings-title" and self._edited is None:
            self.action_own()

    def action_own(self) -> None:
        """Changes are for all projects, or for this one."""
        self._own = "here" if self._own == "everywhere" else "everywhere"
        self._tell()

    def action_change(self) -> None:
        """Turn it over, let one of its words be chosen, or let it be written."""
        held = self.rows.here
        if held is None:
            return
        setting = held.setting
        choices = self._themes if setting.key == "theme" else setting.choices
        if setting.kind == "tables":
            self._refuse(f"{setting.key} is a table: write it in your file, which ^G opens.")
        elif setting.kind == "flag":
            self._keep(held, held.value is not True)
        elif choices:
            self._choose(held, choices)
        else:
            self._write(held)

    def action_unset(self) -> None:
        """Take it out of the file that is named at the top."""
        held = self.rows.here
        if held is None:
            return
        if source_of(held, self._own) is None:
            self._refuse(f"Your file for {WHERE[self._own]} says nothing of {held.setting.key}.")
        else:
            self._keep(held, None)

    def action_editor(self) -> None:
        """The file itself; what is wrong in it then is said."""
        self.post_message(Pane.OpenFile(self._settings.file(self._own), 0, self._reread))

    def _reread(self) -> None:
        self._said = self._error = ""
        self.run_worker(self._load(), exclusive=True)

    def action_close(self) -> None:
        """Drop what is being written; else back."""
        if self._edited is None:
            self.dismiss(None)
        else:
            self._put_away()

    # ---- changing one

    def _choose(self, held: Held, choices: Sequence[str]) -> None:
        themes = held.setting.key == "theme"

        def chosen(choice: str | None) -> None:
            if themes:
                self._preview(None)
            if choice is not None:
                self._keep(held, choice)

        entries = [Entry(label=choice, value=choice) for choice in choices]
        now = held.shown
        at = list(choices).index(now) if now in choices else 0
        seen = self._preview if themes else None
        self.app.push_screen(Picker(self._look, held.setting.key, entries, at=at, seen=seen), chosen)  # pyright: ignore[reportUnknownMemberType]  Textual leaves the app's type open

    def _write(self, held: Held) -> None:
        self._edited, self._said, self._error = held, "", ""
        said = source_of(held, self._own)
        value = said if said is not None else held.value
        if self._one_line:
            text = value if isinstance(value, str) else "" if value is None else value_words(value)
            field = Field(text, id="settings-field", select_on_focus=False)
        else:
            texts = cast("tuple[str, ...]", value) if isinstance(value, tuple) else ()
            field = Page("\n".join(texts), id="settings-field", show_line_numbers=False)
        self.mount(field, before="#settings-error")
        self.call_after_refresh(field.focus)
        self._tell()

    def _put_away(self) -> None:
        self._edited, self._error = None, ""
        self.query("#settings-field").remove()
        self._search.focus()
        self._tell()

    @on(Input.Changed, "#settings-field")
    @on(TextArea.Changed, "#settings-field")
    def check(self) -> None:
        """Say at every key what would not be taken."""
        if self._edited is not None:
            self._error = ""
            self._understood(self._edited)
            self._tell()

    def _understood(self, held: Held) -> Value | None:
        field = self.query_one("#settings-field")
        words = field.value if isinstance(field, Input) else field.text if isinstance(field, TextArea) else ""
        try:
            return understood(held.setting, words)
        except ClawError as error:
            self._error = clean(str(error))
            return None

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        if self._edited is not None:
            self.action_keep()
        else:
            self.action_change()

    def action_keep(self) -> None:
        """Write what fits."""
        held = self._edited
        if held is not None and (value := self._understood(held)) is not None:
            self._put_away()
            self._keep(held, value)
        self._tell()

    def _keep(self, held: Held, value: Value | None) -> None:
        self.run_worker(self._change(held.setting.key, value, self._own), exclusive=True)

    async def _change(self, key: str, value: Value | None, own: Own) -> None:
        self._said = self._error = ""
        try:
            after = await self._settings.change(key, value, own)
        except ClawError as error:
            self._refuse(str(error))
            return
        held = next(each for each in after if each.setting.key == key)
        self._said = f"{'Taken out of' if value is None else 'Written to'} {self._settings.place(own)}. "
        if value is not None and held.source != ("yours" if own == "everywhere" else "yours, here"):
            self._said += f"But {held.source} says {one_line(held.shown)}, and that goes before."
        else:
            self._said += "It holds now." if self._holds(held) else "It holds from the next session on."
        self._take(after)


def _rank(held: Held, words: str) -> int:
    """How well what was typed fits, smaller is better: its key, then words of its help as they stand there."""
    if (found := match(words, held.setting.key)) is not None:
        return found[0]
    beside = match(words, f"{held.setting.key} {held.setting.help}")
    return 50 + beside[0] if beside is not None and beside[0] < 10 else NOWHERE
