"""The keymap: the one table of everything a key can do. Bindings, the F1 help and `docs/keys.md` are made from it.

An action's id is `where.what`: the part of the screen that must have the keys, and a name that stays for ever, by which
a person's settings give it other keys. A screen or pane takes its bindings from here:

    BINDINGS = bindings("permissions")

so a key that is not in the table cannot be pressed, and one that is in it is bound; a test holds both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.binding import Binding, BindingType

PLACES: Mapping[str, str] = {
    "workbench": "The workbench",
    "prompt": "The prompt",
    "completion": "While a command is typed",
    "permissions": "Waiting for you",
    "diffs": "Diffs",
    "conversation": "Conversation",
    "trace": "Trace",
    "detail": "A row of the trace, opened",
    "list": "Moving in any list",
    "replay": "Replay",
    "dialog": "Dialogs",
    "editor": "Editing what is proposed",
    "words": "A line of words",
    "rule": "The rule to keep",
    "why": "Why am I asked?",
    "question": "Questions",
    "plan": "Plans",
    "picker": "The palette and other lists to pick from",
    "welcome": "The welcome screen",
    "help": "This help",
}
"""The parts of the screen that have keys of their own, in the order the help shows them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something a key does."""

    id: str
    keys: tuple[str, ...]
    """Textual's names of the keys; the first one is shown."""
    help: str
    """What it does, as a sentence without a full stop."""
    call: str
    """The Textual action: a method `action_...` of the place, with arguments where it takes some."""
    short: str = ""
    """A word or two for hint lines. Empty: not shown there."""
    ahead: bool = False
    """Taken before whatever has the keys sees it. Never for what could be typed."""

    @property
    def place(self) -> str:
        """The part of the screen it belongs to."""
        return self.id.partition(".")[0]

    @property
    def shown(self) -> str:
        """The keys for people: `y`, `^P`, `⇧Tab or F6`."""
        return " or ".join(key_name(key) for key in self.keys)


def _action(id: str, keys: str, help: str, *, call: str = "", short: str = "", ahead: bool = False) -> Action:  # noqa: A002
    return Action(
        id=id,
        keys=tuple(keys.split()),
        help=help,
        call=call or id.partition(".")[2],
        short=short,
        ahead=ahead,
    )


ACTIONS: tuple[Action, ...] = (
    # ---- workbench
    _action("workbench.palette", "ctrl+p", "The palette: everything that can be done", short="palette", ahead=True),
    _action("workbench.keys", "f1", "All keys", short="keys", ahead=True),
    _action("workbench.queue", "tab", "To what waits for you, or to the next pane", call="go_on", short="queue"),
    _action("workbench.back", "shift+tab", "To the pane before", call="next_pane(-1)"),
    _action("workbench.prompt", "escape", "Back to the prompt, with the draft as it was", short="prompt"),
    _action("workbench.zoom", "ctrl+o", "The pane with the keys alone, or all again", short="zoom", ahead=True),
    _action("workbench.next_pane", "f6", "The next pane", call="next_pane(1)", short="panes", ahead=True),
    _action(
        "workbench.conversation",
        "f2",
        "The conversation: go there, or close",
        call="pane('conversation')",
        ahead=True,
    ),
    _action("workbench.trace", "f3", "The trace: go there, or close it", call="pane('trace')", ahead=True),
    _action("workbench.diffs", "f4", "Diffs: go there, or close it", call="pane('diffs')", ahead=True),
    _action("workbench.plan", "f5", "The plan: go there, or close it", call="pane('plan')", ahead=True),
    _action("workbench.narrower", "f7", "Less room for the conversation", call="resize(-4)", ahead=True),
    _action("workbench.wider", "f8", "More room for the conversation", call="resize(4)", ahead=True),
    _action("workbench.stop", "ctrl+c", "Stop the turn; empty the prompt; twice: leave", call="stop", ahead=True),
    _action("workbench.leave", "ctrl+q", "Leave", call="leave", ahead=True),
    # ---- prompt
    _action("prompt.submit", "enter", "Send it; while the agent works it waits for the next pause", short="send"),
    _action("prompt.newline", "shift+enter alt+enter ctrl+j", "A new line; so does \\ before Enter"),
    _action("prompt.older", "up", "In the first row: what you said before; take back what waits"),
    _action("prompt.newer", "down", "In the last row: what you said after that"),
    _action("prompt.interrupt", "escape", "Stop the turn that runs", short="interrupt"),
    _action("prompt.mode", "shift+tab", "The next permission mode: plan, ask, edits, auto", short="mode"),
    _action("prompt.recall", "ctrl+r", "Look through what you said before, in earlier sessions, too"),
    _action("prompt.stash", "ctrl+s", "Put the draft aside, to say something else first; bring it back"),
    _action("prompt.editor", "ctrl+g", "Write it in $EDITOR"),
    _action("completion.take", "tab", "Complete it", short="complete"),
    _action("completion.next", "down", "The next command that fits", short="choose"),
    _action("completion.previous", "up", "The previous command that fits"),
    _action("completion.close", "escape", "Close the list", short="close"),
    # ---- replay
    _action("replay.play", "space", "Play, or pause", short="play"),
    _action("replay.next", "right", "The next record", call="step(1)", short="next"),
    _action("replay.previous", "left", "The record before", call="step(-1)", short="back"),
    _action("replay.next_turn", "right_square_bracket", "The next turn", call="turn(1)", short="turn"),
    _action("replay.previous_turn", "left_square_bracket", "The turn before", call="turn(-1)"),
    _action("replay.next_call", "full_stop", "The next tool call", call="call(1)", short="call"),
    _action("replay.previous_call", "comma", "The tool call before", call="call(-1)"),
    _action("replay.go_to", "g", "Go to a record, a time or a part: 120, 2:05, 50%", call="ask_place", short="go to"),
    _action("replay.pauses", "i", "Skip the pauses, or not", call="pauses"),
    _action("replay.fork", "F", "Go on from here, in a session of its own", short="fork"),
    _action("replay.start", "home", "The beginning", call="jump(0)"),
    _action("replay.end", "end", "The end", call="jump(1)"),
    _action("replay.faster", "plus", "Faster", call="speed(1)"),
    _action("replay.slower", "minus", "Slower", call="speed(-1)"),
    # ---- permissions
    _action("permissions.allow_once", "y", "Allow this once", short="once"),
    _action("permissions.allow_session", "a", "Allow this and what its rule covers, for this session", short="session"),
    _action(
        "permissions.allow_always",
        "A",
        "Allow always: shows the rule and its file first",
        short="always",
    ),
    _action("permissions.deny", "n", "Say no", short="no"),
    _action("permissions.deny_with_reason", "N", "Say no, and tell the model why", short="no, because"),
    _action("permissions.allow_with_comment", "c", "Allow once, with a comment for the model", short="comment"),
    _action("permissions.review", "space enter d", "Look at it: hunk by hunk, the questions, the plan", short="review"),
    _action("permissions.edit", "e", "Change the command or the new text, then allow it", short="edit"),
    _action("permissions.mark", "m", "Mark it, or take the mark off; what is dangerous cannot be marked", short="mark"),
    _action("permissions.allow_marked", "Y", "Allow all that is marked", short="marked"),
    _action("permissions.stop", "x", "Say no, and stop the agent that asks", short="stop"),
    _action("permissions.explain", "question_mark", "Why am I asked?", short="why"),
    # ---- diffs
    _action("diffs.next_hunk", "j down", "The next hunk", short="next"),
    _action("diffs.previous_hunk", "k up", "The previous hunk"),
    _action("diffs.take", "space", "Take this hunk, or leave it out", short="hunk"),
    _action("diffs.take_all", "asterisk", "Take all hunks, or none"),
    _action("diffs.apply", "enter", "Apply the hunks that are taken", short="apply"),
    _action("diffs.deny", "n", "Say no to all of it", short="no"),
    _action("diffs.edit", "e", "Change the new text, then allow it", short="edit"),
    _action("diffs.next_proposal", "right_square_bracket", "The next proposal", call="proposal(1)"),
    _action("diffs.previous_proposal", "left_square_bracket", "The previous proposal", call="proposal(-1)"),
    _action("diffs.proposed", "1", "What is proposed", call="source('proposed')"),
    _action("diffs.turn", "2", "What this turn changed", call="source('turn')"),
    _action("diffs.session", "3", "What changed since the session began", call="source('session')"),
    _action("diffs.side_by_side", "u", "Side by side, or one below the other", short="side by side"),
    _action("diffs.copy", "c", "Copy this hunk"),
    # ---- conversation
    _action("conversation.first", "g", "The very beginning"),
    _action("conversation.previous_prompt", "left_curly_bracket", "The prompt before", call="next_prompt(-1)"),
    _action(
        "conversation.next_prompt", "right_curly_bracket", "The next prompt", call="next_prompt(1)", short="prompts"
    ),
    _action("conversation.search", "slash", "Look for words", short="search"),
    _action("conversation.next_match", "n", "The next place that holds them", call="next_match(1)"),
    _action("conversation.previous_match", "N", "The previous place that holds them", call="next_match(-1)"),
    _action("conversation.copy", "y", "Copy the message, as it was written", short="copy"),
    _action("conversation.copy_block", "Y", "Copy the block: of code, without its fence"),
    _action("conversation.transcript", "v", "Read the whole conversation in $EDITOR", short="$EDITOR"),
    # ---- trace
    _action("trace.fold", "left h", "Fold it, or go to what it belongs to", call="fold"),
    _action("trace.unfold", "right l", "Unfold it", call="unfold"),
    _action("trace.fold_all", "minus", "Fold all turns", call="fold_all(True)"),
    _action("trace.unfold_all", "plus", "Unfold everything", call="fold_all(False)"),
    _action("trace.filter", "slash", "Show only what holds these words", call="search", short="filter"),
    _action("trace.failures", "exclamation_mark", "Show only what went wrong, or all again", short="failures"),
    _action("trace.waterfall", "w", "The waterfall, or none", short="waterfall"),
    _action("trace.go_to", "g", "The place in the conversation", short="go to"),
    _action("trace.copy", "y", "Copy the row"),
    # ---- detail of a trace row
    _action("detail.close", "escape q", "Back", short="back"),
    _action("detail.next_tab", "tab right l", "The next tab", call="tab(1)", short="next tab"),
    _action("detail.previous_tab", "shift+tab left h", "The previous tab", call="tab(-1)"),
    _action("detail.copy", "y", "Copy all of this tab", short="copy"),
    _action("detail.editor", "v", "Read this tab in $EDITOR", short="$EDITOR"),
    # ---- lists
    _action("list.down", "down j", "The next item"),
    _action("list.up", "up k", "The previous item"),
    _action("list.page_down", "pagedown ctrl+d", "A screenful down", call="page(1)"),
    _action("list.page_up", "pageup ctrl+u", "A screenful up", call="page(-1)"),
    _action("list.first", "home", "The first item"),
    _action("list.last", "end G", "The last item, and stay at the end"),
    _action("list.open", "enter", "Open it", call="pick"),
    # ---- dialogs
    _action("dialog.cancel", "escape", "Close without an answer; what was asked waits on", short="back", ahead=True),
    _action("editor.confirm", "ctrl+s", "Allow it as it is written here", short="allow this"),
    _action("editor.external", "ctrl+g", "Write it in $EDITOR", short="$EDITOR"),
    _action("words.confirm", "enter", "Send it", short="send"),
    _action("why.close", "question_mark q", "Close the explanation", short="close"),
    _action("rule.confirm", "enter", "Keep this rule, and allow", short="keep"),
    _action("question.confirm", "enter", "Answer, or go to the next question", short="answer"),
    _action("question.choose", "space", "Choose the option, or take it back", short="choose"),
    _action("question.down", "down", "The next option"),
    _action("question.up", "up", "The previous option"),
    _action("question.previous", "shift+tab", "Back to the question before"),
    _action("plan.approve", "y", "Carry the plan out", short="approve"),
    _action("plan.comment", "c", "Carry it out, with a comment", short="approve, and"),
    _action("plan.keep_planning", "n", "Keep planning, with words on what to change", short="keep planning"),
    # ---- pickers, palette, help, welcome
    _action("picker.down", "down ctrl+n", "The next entry"),
    _action("picker.up", "up ctrl+p", "The previous entry"),
    _action("picker.choose", "enter", "Choose it", short="choose"),
    _action("help.close", "escape q f1", "Close the help", short="back"),
    _action("welcome.down", "down j", "The next offer"),
    _action("welcome.up", "up k", "The previous offer"),
    _action("welcome.choose", "enter", "Take it", short="choose"),
    _action("welcome.demo", "d", "The demo: learn the keys with nothing at stake", short="demo"),
    _action("welcome.quit", "q ctrl+c", "Leave", short="leave"),
)
"""The table."""


def actions(*places: str) -> list[Action]:
    """All actions of these places, in the table's order; of all places where none is named."""
    return [action for action in ACTIONS if not places or action.place in places]


def action(id: str) -> Action:
    """The action of that id. Raises KeyError where there is none."""
    return _BY_ID[id]


_BY_ID = {action.id: action for action in ACTIONS}


def bindings(*places: str) -> "list[BindingType]":
    """What Textual needs to bind the actions of these places."""
    return [binding(action) for action in actions(*places)]


def binding(action: Action) -> "Binding":
    """One action as a binding."""
    from textual.binding import Binding

    return Binding(
        ",".join(action.keys),
        action.call,
        action.short or action.help,
        show=bool(action.short),
        key_display=key_name(action.keys[0]),
        priority=action.ahead,
        id=action.id,
    )


_NAMES: Mapping[str, str] = {
    "question_mark": "?",
    "slash": "/",
    "exclamation_mark": "!",
    "asterisk": "*",
    "plus": "+",
    "minus": "-",
    "full_stop": ".",
    "comma": ",",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "underscore": "_",
    "backslash": "\\",
    "tab": "Tab",
    "enter": "Enter",
    "escape": "Esc",
    "backspace": "Backspace",
    "delete": "Del",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}


def key_name(key: str) -> str:
    """A key as people know it: `^P`, `⇧Tab`, `F1`, `?`."""
    *held, last = key.split("+") if key != "plus" else [key]
    name = _NAMES.get(last, last.upper() if last[:1] == "f" and last[1:].isdigit() else last)
    if "ctrl" in held:
        name = f"^{name.upper() if len(name) == 1 else name}"
    marks = {"shift": "⇧", "alt": "⌥"}
    return "".join(marks[part] for part in held if part in marks) + name


def hints(ids: Iterable[str]) -> list[tuple[str, str]]:
    """(key, word) of these actions, for a line of hints; the most useful first, as given."""
    return [(key_name(action(id).keys[0]), action(id).short or action(id).help) for id in ids]


def keys_markdown() -> str:
    """The table as a page for the documentation."""
    parts = ["# Keys\n\nMade from `claw_tui/keymap.py`. `^` is Ctrl, `⇧` Shift, `⌥` Alt.\n"]
    for place, title in PLACES.items():
        rows = [f"| {_code(action)} | {action.help} | `{action.id}` |" for action in actions(place)]
        if rows:
            parts.append(f"\n## {title}\n\n| key | does | id |\n|---|---|---|\n" + "\n".join(rows) + "\n")
    return "".join(parts)


def _code(action: Action) -> str:
    return " ".join(f"`{key_name(key)}`".replace("|", "\\|") for key in action.keys)
