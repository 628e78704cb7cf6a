"""Any moment of a session can be had again, and is what it would be if everything before it were folded anew."""

import random
from collections.abc import Sequence
from types import MethodType
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claw_core import event as events
from claw_core.ask import Allow, By, Deny, PermissionAsk
from claw_core.block import DiffBlock, Hunk, TerminalBlock, Todo
from claw_core.event import Event, Record
from claw_core.live_terminal import LiveTerminal
from claw_core.message import Call, Message, Text, Thought, Usage
from claw_core.registry import names
from claw_tui import views as shelf
from claw_tui.timeline import Timeline
from claw_tui.view import View, make_view
from tests.core.events import record

IDS = ("c1", "c2", "c3")
BY = By(kind="person", name="keys")
HUNK = Hunk(old_start=1, old_count=1, new_start=1, new_count=1, lines=("-a\n", "+b\n"))
ids, paths = st.sampled_from(IDS), st.sampled_from(["a.py", "b.py"])
said = st.sampled_from(["make it so", "# Title\n\nwords\n", "```python\nx = 1\n```\n", "- one\n- two", ""])
usages = st.builds(Usage, input=st.integers(0, 9999), output=st.integers(0, 99))
parts = st.lists(st.builds(Text, text=said) | st.builds(Thought, text=said), max_size=2).map(tuple)
calls = st.builds(Call, id=ids, name=st.just("bash"), input=st.just({}))
DIFF = DiffBlock(path="a.py", hunks=(HUNK,))


def ask(id: str, call: str) -> PermissionAsk:
    return PermissionAsk(id=id, call=call, tool="bash", target="make", input={}, reason="No rule.", preview=(DIFF,))


def message(parts: tuple[Text | Thought, ...], calls: list[Call]) -> Message:
    return Message(role="assistant", parts=(*parts, *calls))


blocks = st.sampled_from([(), (DIFF,), (TerminalBlock(command="make", output="done\n"),)])
happenings: st.SearchStrategy[Event] = st.one_of(
    st.builds(events.SessionStarted, session=st.just("s"), format=st.just(1), cwd=st.just("/"), version=st.just("1")),
    st.builds(events.SessionEnded),
    st.builds(events.SessionRewound, seq=st.integers(0, 60), talk=st.booleans()),
    st.builds(events.PromptSubmitted, text=said),
    st.builds(events.PromptSteered, text=said),
    st.builds(events.PromptQueued, texts=st.just(("later",))),
    st.builds(events.TurnStarted),
    st.builds(events.TurnFinished, stop=st.sampled_from(["done", "max_turns"]), elapsed=st.just(1.0)),
    st.builds(events.TurnInterrupted, stopped=st.just(("bash",))),
    st.builds(events.TurnFailed, error=st.just("Wrong"), message=said, hint=st.just("")),
    st.builds(events.ModelCalled, provider=st.just("p"), model=st.just("m"), dialect=st.just("d"), url=st.just("u"),
              parameters=st.just({}), lists=st.just({}), size=st.just(9), estimate=st.integers(0, 999)),
    st.builds(events.ModelRetried, attempt=st.just(1), error=st.just("Busy"), message=said, wait=st.just(1.0)),
    st.builds(events.ModelReplied, message=st.builds(message, parts, st.lists(calls, max_size=1)),
              usage=usages, stop=st.just("end"), cost=st.none() | st.just(0.5)),
    st.builds(events.TextDelta, text=said),
    st.builds(events.ThoughtDelta, text=said),
    st.builds(events.CallDelta, id=ids, name=st.just("bash"), fragment=st.just("{")),
    st.builds(events.CallStarted, id=ids, name=st.sampled_from(["bash", "edit"]), input=st.just({"command": "make"}),
              target=said),
    st.builds(events.CallProgressed, id=ids, text=said),
    st.builds(events.CallFinished, id=ids, outcome=st.sampled_from(["ok", "error", "denied"]), parts=parts,
              blocks=blocks),
    st.builds(events.AskOpened, ask=st.builds(ask, ids, ids)),
    st.builds(events.AskAnswered, ask=ids, call=ids, answer=st.sampled_from([Allow(), Deny(reason="no")]),
              by=st.just(BY)),
    st.builds(events.FileChanged, path=paths, before=st.just("x"), after=st.just("y"), call=ids, added=st.just(1)),
    st.builds(events.PlanChanged, todos=st.just((Todo(content="one"),))),
    st.builds(events.NoticeRaised, level=st.just("info"), message=said),
    st.builds(events.ShellStarted, id=ids, line=said),
    st.builds(events.ModeSwitched, mode=st.sampled_from(["ask", "plan"])),
)  # fmt: skip


@st.composite
def logs(draw: st.DrawFn) -> Sequence[Record]:
    """A session of any events, of the main agent and of sub-agents, in any order."""
    happened = draw(st.lists(st.tuples(happenings, st.sampled_from(["main", "main", "main", *IDS])), max_size=60))
    turn, made = 0, list[Record]()
    for seq, (event, agent) in enumerate(happened, start=1):
        turn += isinstance(event, events.TurnStarted)
        made.append(record(seq, event, turn=turn, agent=agent))
    return made


def shape(value: Any, seen: tuple[int, ...] = ()) -> Any:
    """All that a view holds, to be compared."""
    if id(value) in seen or isinstance(value, MethodType):
        return "…"
    seen = (*seen, id(value))
    if isinstance(value, LiveTerminal):
        return value.scene()
    if isinstance(value, Record):
        return value
    if isinstance(value, dict):
        return [(key, shape(each, seen)) for key, each in cast("dict[Any, Any]", value).items()]
    if isinstance(value, list | tuple):
        return [shape(each, seen) for each in cast("list[Any]", value)]
    slots = [name for kind in type(value).__mro__ for name in kind.__dict__.get("__slots__", ())]
    held = [name for name in (*getattr(value, "__dict__", ()), *slots) if hasattr(value, name)]
    if held and type(value).__module__.startswith("claw_"):
        return type(value).__name__, [
            (name, shape(getattr(value, name), seen)) for name in sorted(held) if name != "_settled"
        ]
    return value


def folded(name: str, records: Sequence[Record]) -> View:
    view = make_view(name)
    for each in records:
        view.fold(each)
    return view


@pytest.mark.parametrize("name", names(shelf.__name__))
@given(log=logs(), seed=st.integers(0, 999))
@settings(max_examples=30)
def test_to_stand_anywhere_is_to_have_folded_up_to_there(name: str, log: Sequence[Record], seed: int) -> None:
    timeline = Timeline(log, [name], make_view, spacing=5)
    places = list(range(len(log) + 1))
    random.Random(seed).shuffle(places)
    for place in places:
        view = timeline.at(place, [name])[name]
        assert shape(view) == shape(folded(name, log[:place])), place
        for each in log[place : place + 9]:  # what is done with a view is nothing to those that are had later
            view.fold(each)
        assert shape(view) == shape(folded(name, log[: place + 9])), place
