"""The terminal pane: commands that run, each on its own terminal, in colours; keys can be typed into them."""

from collections.abc import Hashable, Sequence

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from claw_core.intent import TypeKeys
from claw_tui.amount import seconds
from claw_tui.keymap import bindings, hints, keys_of
from claw_tui.line import Line, Span, fit, one_line, plain, wrap
from claw_tui.line_view import LineView
from claw_tui.pane import Pane, PaneContext
from claw_tui.strip_text import rich_text
from claw_tui.terminal_keys import keys_text
from claw_tui.terminal_looks import printed_lines, scene_lines
from claw_tui.views.terminal import Shell, TerminalView

NOTHING: Line = (("No command has run yet.", "text.muted italic"),)
TAB = 24
"""Cells for the name of a command in the row of commands."""


class TerminalLines(LineView):
    """What one command's terminal shows: what scrolled off, and the screen."""

    FOLLOWS = True
    MARKER = 0

    class Typed(Message):
        """Keys for the command."""

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__()

    def __init__(self, context: PaneContext) -> None:
        super().__init__(context.theme, id="terminal-lines")
        self.lines: list[Line] = [NOTHING]
        self.whole = False
        """Whether a program uses the whole screen: then rows are cut, not wrapped."""
        self.typing = False
        """Whether keys go to the command."""

    def count(self) -> int:
        """Lines."""
        return len(self.lines)

    def key(self, index: int) -> Hashable:
        """The line itself: what looks the same is the same."""
        return self.lines[index], self.whole

    def estimate(self, index: int, width: int) -> int:
        """From its length."""
        return 1 if self.whole else 1 + sum(len(text) for text, _ in self.lines[index]) // width

    def paint(self, index: int, width: int) -> Sequence[Line]:
        """One line."""
        line = self.lines[index]
        return [fit(line, width, end="")] if self.whole else wrap(line, width, words=False)

    def words(self, index: int) -> str:
        """A line as it was printed."""
        return plain(self.lines[index])

    def action_down(self) -> None:
        """Scroll: there is no cursor of ours in a terminal."""
        self.scroll_rows(1)

    def action_up(self) -> None:
        """Scroll."""
        self.scroll_rows(-1)

    async def on_key(self, event: events.Key) -> None:
        """While keys go to the command, all but the way out do."""
        if not self.typing or event.key in keys_of("terminal.out"):
            return
        if text := keys_text(event.key, event.character):
            event.stop()
            event.prevent_default()
            self.post_message(self.Typed(text))

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted is typed."""
        if self.typing:
            event.stop()
            self.post_message(self.Typed(event.text.replace("\n", "\r")))


class Shells(Widget):
    """One row: which commands there are."""

    DEFAULT_CSS = "Shells { height: 1; display: none; } Shells.-several { display: block; }"

    class Chosen(Message):
        """One was clicked."""

        def __init__(self, call: str) -> None:
            self.call = call
            super().__init__()

    def __init__(self, context: PaneContext) -> None:
        super().__init__(id="terminal-shells")
        self._theme = context.theme
        self._places: list[tuple[int, str]] = []
        self.shells: Sequence[Shell] = ()
        self.chosen = ""

    def render(self) -> Text:
        """The chosen one and its neighbours, as many as fit. Called by Textual."""
        at = next((place for place, shell in enumerate(self.shells) if shell.call == self.chosen), 0)
        room = max(1, self.size.width // TAB)
        first = max(0, min(at - room // 2, len(self.shells) - room))
        spans: list[Span] = []
        self._places = []
        for shell in self.shells[first : first + room + 1]:
            here = " on ground.cursor" if shell.call == self.chosen else ""
            number = f"{shell.job} " if shell.job else ""
            name = fit(((number + one_line(shell.command), f"text.body{here}"),), TAB - 5)
            spans += [(f" {sign(shell)[0]} ", sign(shell)[1] + here), *name, (" ", "text.body")]
            self._places.append((sum(len(text) for text, _ in spans), shell.call))
        return rich_text(fit(spans, self.size.width), self._theme())

    def on_click(self, event: events.Click) -> None:
        """The command under the mouse."""
        call = next((call for end, call in self._places if event.x < end), "")
        if call:
            self.post_message(self.Chosen(call))


class TerminalPane(Pane[TerminalView]):
    """The terminals of commands."""

    NAME = "terminal"
    VIEW = "terminal"
    TITLE = "terminal"
    PLACE = "side"
    BINDINGS = bindings("terminal")

    def __init__(self, context: PaneContext) -> None:
        super().__init__(context)
        self.lines = TerminalLines(context)
        self.shells = Shells(context)
        self.view = TerminalView()
        self._wanted = ""
        """The call whose command the person chose; empty: the newest."""
        self._shown: tuple[str, int] = ("", -1)

    def compose(self) -> ComposeResult:
        """The row of commands, and the terminal of one."""
        yield self.shells
        yield self.lines

    def show(self, view: TerminalView) -> None:
        """The view changed."""
        self.view = view
        shell = self.shell
        self.shells.shells, self.shells.chosen = tuple(view.shells), shell.call if shell else ""
        self.shells.set_class(len(view.shells) > 1, "-several")
        self.shells.refresh()
        if shell is None or not shell.running:
            self.lines.typing = False
        self._draw(shell)
        self._title(shell)

    def tick(self) -> None:
        """The time of what runs goes on."""
        if self.view.running:
            self._title(self.shell)

    def take_focus(self) -> None:
        """To the terminal; keys go to the command where it waits for a person's."""
        self.lines.focus()
        shell = self.shell
        if shell is not None and shell.running and shell.job:
            self.action_type()

    def go_to(self, seq: int) -> None:
        """The command that ran at record `seq`."""
        at = self.view.index_of(seq)
        if at is not None:
            self._choose(self.view.shells[at].call)

    @property
    def shell(self) -> Shell | None:
        """The command that is shown: the one that was chosen, else the newest that runs, else the newest."""
        shells = self.view.shells
        chosen = next((shell for shell in shells if shell.call == self._wanted), None)
        return chosen or next(reversed(self.view.running or shells), None)

    def _draw(self, shell: Shell | None) -> None:
        state = (shell.call, shell.version) if shell else ("", 0)
        if (*state,) == self._shown and not self.lines.typing:
            return
        if state[0] != self._shown[0]:
            self.lines.port.follow()
        self._shown = state
        self.lines.whole = False
        self.lines.lines = [NOTHING]
        if shell is not None:
            scene = shell.scene()
            self.lines.whole = scene is not None and scene.screen.is_aside
            output = scene_lines(scene, cursor=self.lines.typing) if scene else _kept(shell)
            self.lines.lines = [*_prompt(shell), *output]
        self.lines.changed()

    def _title(self, shell: Shell | None) -> None:
        self.border_title = self.TITLE
        self.border_subtitle = ""
        if shell is None:
            return
        where = f"background {shell.job}" if shell.job else ""
        time = seconds(((shell.ended or self.context.clock()) - shell.began).total_seconds())
        self.border_title = Content(" · ".join(filter(None, (self.TITLE, where, shell.said or "running", time))))
        if self.lines.typing:
            (out, _), *_ = hints(("terminal.out",))
            self.border_subtitle = f"keys go to the command · {out} gets out"

    def _choose(self, call: str) -> None:
        self._wanted = call
        self.lines.typing = False
        self.show(self.view)

    # ---- keys and mouse

    @on(Shells.Chosen)
    def choose(self, event: Shells.Chosen) -> None:
        """A command was clicked."""
        event.stop()
        self._choose(event.call)

    @on(TerminalLines.Typed)
    def typed(self, event: TerminalLines.Typed) -> None:
        """Keys for the command."""
        event.stop()
        if (shell := self.shell) is not None and shell.running:
            self.send(TypeKeys(call=shell.call, text=event.text))

    @on(LineView.Picked)
    def picked(self, event: LineView.Picked) -> None:
        """Enter, or a second click: keys go to the command."""
        event.stop()
        self.action_type()

    def action_type(self) -> None:
        """Keys go to the command from now on."""
        shell = self.shell
        if shell is None or not shell.running or not self.context.live:
            self.notify("No command runs here that keys could go to.", timeout=3, markup=False)
            return
        self.lines.typing = True
        self.lines.port.follow()
        self._draw(shell)
        self._title(shell)

    def action_out(self) -> None:
        """Keys are for the screen again."""
        self.lines.typing = False
        self.show(self.view)

    def action_other(self, direction: int) -> None:
        """The command before or after."""
        shells, shell = self.view.shells, self.shell
        if shell is not None:
            self._choose(shells[(shells.index(shell) + direction) % len(shells)].call)

    def action_stop(self) -> None:
        """Tell the command to stop, as Ctrl+C in a terminal does."""
        if (shell := self.shell) is not None and shell.running:
            self.send(TypeKeys(call=shell.call, text="\x03"))

    def action_copy(self) -> None:
        """All that was printed, as plain text."""
        self.post_message(self.Copy("\n".join(plain(line).rstrip() for line in self.lines.lines), "output"))

    def action_editor(self) -> None:
        """Read it in the person's editor."""
        self.post_message(self.OpenText("\n".join(plain(line).rstrip() for line in self.lines.lines), ".txt"))

    def action_go_to(self) -> None:
        """The call in the conversation."""
        if (shell := self.shell) is not None:
            self.post_message(self.GoTo(shell.seq))


def sign(shell: Shell) -> tuple[str, str]:
    """A command's sign and its look."""
    if shell.running:
        return "◐", "state.running"
    return ("●", "state.ok") if shell.went_well else ("✗", "state.failed")


def _prompt(shell: Shell) -> list[Line]:
    lines = shell.command.rstrip("\n").split("\n")
    return [(("$ " if at == 0 else "> ", "text.key"), (one_line(line), "text.strong")) for at, line in enumerate(lines)]


def _kept(shell: Shell) -> list[Line]:
    return printed_lines(shell.block.output, shell.block.styles) if shell.block else []
