"""Slash commands: found by name, helped by their docstrings, and each does what it says through the face alone."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen

from claw_core.event import CallStarted, ModelCalled, ModelReplied, Record
from claw_core.foreign_shelf import ForeignSummary
from claw_core.intent import Intent, RunCommand, SwitchMode, SwitchModel
from claw_core.message import Message, Text, Usage
from claw_core.reach import Reach
from claw_core.session.shelf import Summary
from claw_core.usage import Spent
from claw_tui import command, theme
from claw_tui.commands.cost import by_errand, cost_table
from claw_tui.own_settings import OwnSettings
from claw_tui.picker import Picker
from claw_tui.screens.help import HelpScreen
from claw_tui.screens.models import ModelsScreen, model_entries
from claw_tui.screens.reading import ReadingScreen
from claw_tui.screens.sessions import SessionsScreen, session_entries
from claw_tui.theme import Theme
from tests.tui.asking import Story
from tests.tui.bench import Scene

READY = Reach(provider="ollama", label="Ollama", url="http://localhost:11434/v1", ready=True, models=("qwen", "llama"))
KEYLESS = Reach(provider="openai", label="OpenAI", url="https://api.openai.com/v1", missing="OPENAI_API_KEY")


class Face:
    """Remembers what a command did."""

    def __init__(self, scene: Scene | None = None) -> None:
        self.look: Theme = theme.named("claw-dark")
        self.session = scene
        self.records: Sequence[Record] = scene.stream.records if scene else ()
        self.place = "prompt"
        self.sent: list[Intent] = []
        self.told: list[str] = []
        self.screens: list[Screen[Any]] = []
        self.done: list[Callable[[Any], None] | None] = []
        self.did: list[str] = []
        self.settings: OwnSettings | None = None
        self.earlier: Sequence[str] = ("fix the test", "make it async")

    def use_theme(self, theme: Theme) -> None:
        self.look = theme

    def settle(self, key: str, value: object | None) -> None:
        self.did.append(f"{key}: {value}")

    def send(self, intent: Intent) -> None:
        self.sent.append(intent)

    def tell(self, words: str, *, wrong: bool = False) -> None:
        self.told.append(words)

    def open(self, screen: Screen[Any], done: Callable[[Any], None] | None = None) -> None:
        self.screens.append(screen)
        self.done.append(done)

    def go_to(self, pane: str) -> None:
        self.did.append(f"go to {pane}")

    def run_command(self, name: str, words: str) -> str | None:
        self.did.append(f"/{name} {words}".strip())
        return None

    def do(self, action: str) -> None:
        self.did.append(action)

    def start_over(self) -> None:
        self.did.append("start over")

    def replay(self, session: str) -> None:
        self.did.append(f"replay {session}")

    def leave(self) -> None:
        self.did.append("leave")

    async def prompts(self) -> Sequence[str]:
        return self.earlier

    def draft(self, text: str) -> None:
        self.did.append(f"draft {text}")

    async def reachable(self) -> Sequence[Reach]:
        return (READY, KEYLESS)

    async def foreign_sessions(self) -> Sequence[ForeignSummary]:
        return (
            ForeignSummary(
                path=Path("/h/.codex/sessions/r.jsonl"),
                source="Codex",
                title="make it async",
                project="/w",
                used=datetime(2026, 1, 3, tzinfo=UTC),
            ),
        )

    async def summaries(self) -> Sequence[Summary]:
        return (
            Summary(id="s1", title="", project="/w", started=datetime(2026, 1, 2, tzinfo=UTC), records=9, cost=None),
        )


async def run(face: Face, line: str) -> str:
    """Run a command line; what is said where there is no such command."""
    name, _, words = line.removeprefix("/").partition(" ")
    prepared = command.prepare(face, name, words)
    if isinstance(prepared, str):
        return prepared
    await prepared()
    return ""


def test_the_promised_commands_are_there_each_with_a_line_of_help() -> None:
    known = command.helps()
    promised = {"help", "model", "permissions", "clear", "cost", "diff", "status", "exit", "theme", "palette"}
    assert promised <= set(known)
    assert all(10 < len(line) < 100 for line in known.values())


def test_completions_begin_with_what_was_typed_then_hold_it() -> None:
    assert next(name for name, _ in command.completions("ex")) == "exit"
    assert [name for name, _ in command.completions("mode")] == ["model"]
    assert command.completions("zzz") == []


async def test_a_mistyped_command_is_told_what_is_like_it() -> None:
    assert "model" in await run(Face(), "/modle")


async def test_a_command_of_the_core_goes_there_as_an_intent() -> None:
    face = Face()
    await run(face, "/rename the auth work")
    assert face.sent == [RunCommand(name="rename", words="the auth work")]


async def test_model_switches_by_name_or_picks_from_what_answers() -> None:
    face = Face(Scene())
    await run(face, "/model ollama/qwen")
    assert face.sent == [SwitchModel(model="ollama/qwen")]
    await run(face, "/model")
    assert isinstance(face.screens[0], ModelsScreen)
    done = face.done[0]
    assert done is not None
    done(None)
    done("ollama/llama")
    assert face.sent[1:] == [SwitchModel(model="ollama/llama")]


def test_the_list_of_models_says_who_is_missing_and_why() -> None:
    rows = {entry.label: entry.detail for entry in model_entries((READY, KEYLESS), "openai/gpt-5.4")}
    assert list(rows) == ["openai/gpt-5.4", "ollama/qwen", "ollama/llama", "openai"]
    assert "OPENAI_API_KEY is not set" in rows["openai"]


@pytest.mark.parametrize("mode", ["plan", "ask", "edits", "auto"])
async def test_permissions_switches_the_mode(mode: str) -> None:
    face = Face()
    await run(face, f"/permissions {mode}")
    assert [intent.mode for intent in face.sent if isinstance(intent, SwitchMode)] == [mode]


async def test_bypass_and_nonsense_are_no_modes_to_switch_to() -> None:
    face = Face()
    await run(face, "/permissions bypass")
    await run(face, "/permissions always")
    assert face.sent == []
    assert "--permission-mode bypass" in face.told[0]
    assert "Choose one of: plan, ask, edits, auto" in face.told[1]


async def test_theme_is_named_or_previewed_and_put_back_when_nothing_is_picked() -> None:
    face = Face()
    await run(face, "/theme nord")
    assert face.look.name == "nord"
    await run(face, "/theme")
    assert isinstance(face.screens[0], Picker)
    face.use_theme(theme.named("gruvbox"))
    done = face.done[0]
    assert done is not None
    done(None)
    assert face.look.name == "nord"
    await run(face, "/theme norf")
    assert "There is no theme 'norf'" in face.told[0]


async def test_clear_begins_anew_but_not_while_the_agent_works() -> None:
    scene = Scene()
    face = Face(scene)
    scene.running = True
    await run(face, "/clear")
    assert face.did == []
    assert "at work" in face.told[0]
    scene.running = False
    await run(face, "/clear")
    assert face.did == ["start over"]


async def test_the_small_ones() -> None:
    face = Face(Scene())
    for line in ("/diff", "/exit", "/quit", "/help", "/status", "/cost", "/sessions"):
        assert await run(face, line) == ""
    assert face.did == ["go to diffs", "leave", "leave"]
    kinds = [type(screen) for screen in face.screens]
    assert kinds == [HelpScreen, ReadingScreen, ReadingScreen, SessionsScreen]
    done = face.done[-1]
    assert done is not None
    done("s1")
    assert face.did[-1] == "replay s1"
    assert session_entries(await face.summaries())[0].label == "s1"


def test_cost_is_folded_from_records_and_makes_up_no_price() -> None:
    from claw_core.usage import totals

    story = Story()
    for model, cost in (("gpt-5.4", 0.012), ("gpt-5.4", 0.03), ("qwen", None)):
        story.tell(
            ModelCalled(provider="p", model=model, dialect="d", url="u", parameters={}, lists={}, size=1), agent=model
        )
        message = Message(role="assistant", parts=(Text(text="ok"),))
        usage = Usage(input=1200, output=30)
        story.tell(ModelReplied(message=message, usage=usage, stop="end", cost=cost), agent=model)
    table = cost_table(totals(story.records).by_model)
    assert "| p/gpt-5.4 | 2 | 2,400 | 0 | 60 | 0 | $0.0420 |" in table
    assert "| p/qwen | 1 | 1,200 | 0 | 30 | 0 | price unknown |" in table
    assert "| **all** | 3 | 3,600 | 0 | 90 | 0 | $0.0420 and more |" in table
    assert cost_table({}) == "No model was called yet."


def test_what_sub_agents_cost_is_told_by_what_they_were_sent_to_do() -> None:
    story = Story()
    for call in ("call_1", "call_2"):
        story.tell(CallStarted(id=call, name="task", input={}, target="explore find callers"))
    agents = {"main": Spent(calls=1), "call_1": Spent(calls=2), "call_2": Spent(calls=3)}
    named = by_errand(agents, story.records)
    assert {name: spent.calls for name, spent in named.items()} == {
        "main": 1,
        "explore find callers": 2,
        "explore find callers (2)": 3,
    }


async def test_the_palette_holds_actions_with_keys_and_commands() -> None:
    from claw_tui.palette import palette_entries

    entries = palette_entries()
    by_value = {entry.value: entry for entry in entries}
    assert by_value["permissions.allow_once"].key == "y"
    assert by_value["permissions.review"].key == "space Enter d"
    assert by_value["list.down"].key == "↓ j"
    assert by_value["/model"].detail
    face = Face()
    await run(face, "/palette")
    done = face.done[0]
    assert done is not None
    done("trace.waterfall")
    done("/cost")
    done(None)
    assert face.did == ["trace.waterfall", "/cost"]


async def test_what_was_said_before_can_be_said_again() -> None:
    face = Face()
    await run(face, "/history")
    assert isinstance(face.screens[0], Picker)
    picked = face.done[0]
    assert picked is not None
    picked(None)
    picked("make it async")
    assert face.did == ["draft make it async"]


async def test_where_nothing_was_said_nothing_opens() -> None:
    face = Face()
    face.earlier = ()
    await run(face, "/history")
    assert (face.screens, face.told) == ([], ["Nothing was asked in this folder before."])
