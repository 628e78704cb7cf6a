"""The status line says what fits; panes stand where there is room."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from claw_core.event import (
    AskOpened,
    ModelCalled,
    ModelReplied,
    ModelRetried,
    ModeSwitched,
    PromptQueued,
    PromptSubmitted,
    SessionStarted,
    TextDelta,
    TurnFinished,
    TurnStarted,
)
from claw_core.message import Message, Usage
from claw_tui.amount import count, dollars, seconds
from claw_tui.layout import Arrangement, close, show, visible
from claw_tui.line import plain, width_of
from claw_tui.panes.status import shortened, status_line
from claw_tui.prompt_history import History
from claw_tui.views.status import Facts, StatusView
from tests.tui.bench import records
from tests.tui.tale import bash_ask

CALLED = ModelCalled(provider="openai", model="gpt-5.4", dialect="d", url="u", parameters={}, lists={}, size=1)


def status(*, window: int | None = 400_000) -> StatusView:
    view = StatusView()
    facts = Facts(root=Path("/src/shop"), provider="openai", model="gpt-5.4", mode="ask", window=window)
    view.know(facts)
    usage, message = Usage(input=136_000, output=500), Message(role="assistant", parts=())
    story = [
        SessionStarted(session="s", format=1, cwd="/src/shop", version="1", git_head="1a2b main"),
        PromptSubmitted(text="go"),
        TurnStarted(),
        CALLED,
        ModelReplied(message=message, usage=usage, stop="end", cost=0.12),
        ModeSwitched(mode="edits"),
    ]
    for record in records(story):
        view.fold(record)
    return view


@pytest.mark.parametrize("word", ["sandbox", "sandbox, partly", "no sandbox"])
def test_mode_auto_says_what_the_kernel_holds_of_it(word: str) -> None:
    view = StatusView()
    view.know(Facts(root=Path("/"), provider="", model="m", mode="edits", window=None, sandbox=word))
    assert view.mode_words == "edits"
    (switched,) = records([ModeSwitched(mode="auto")])
    view.fold(switched)
    assert view.mode_words == f"auto, {word}"
    assert f"m · auto, {word}" in plain(status_line(view, 80))


def later(view: StatusView, seconds: float) -> datetime:
    """So long after the turn began."""
    assert view.since is not None
    return view.since + timedelta(seconds=seconds)


def test_a_model_that_keeps_us_waiting_is_named_and_for_how_long() -> None:
    view = status()
    story = records([CALLED, TextDelta(text="Half"), ModelRetried(attempt=1, error="RateLimited", message="", wait=9)])
    view.fold(story[0])
    at = story[0].at
    assert view.doing(at + timedelta(seconds=2)) == "gpt-5.4"
    assert view.doing(at + timedelta(seconds=30)) == "waiting for gpt-5.4, silent for 30s"
    view.fold(story[1])
    assert view.doing(story[1].at + timedelta(seconds=2)) == "gpt-5.4"
    view.fold(story[2])
    assert view.doing(story[2].at + timedelta(seconds=2)) == "RateLimited, again in 7s"
    assert view.doing(story[2].at + timedelta(seconds=10)) == "gpt-5.4"
    assert view.doing(story[2].at + timedelta(seconds=20)) == "waiting for gpt-5.4, silent for 11s"


def test_everything_where_there_is_room() -> None:
    row = plain(status_line(status(), 90, now=later(status(), 12)))
    assert row.split("   ")[0] == " claw  /src/shop  main  ◐ 12s"
    assert row.rstrip().endswith("gpt-5.4 · edits · 34% of 400k · $0.12")


@pytest.mark.parametrize("width", [1, 5, 20, 40, 60, 80, 200])
def test_it_is_as_wide_as_the_screen(width: int) -> None:
    assert width_of(status_line(status(), width)) == width


def test_a_window_nobody_knows_is_no_percentage() -> None:
    assert "% of" not in plain(status_line(status(window=None), 100))
    assert "136k tokens" in plain(status_line(status(window=None), 100)).replace("137k", "136k")


def test_what_waits_comes_before_what_runs() -> None:
    view = status()
    for record in records([AskOpened(ask=bash_ask()), PromptQueued(texts=("a", "b"))]):
        view.fold(record)
    assert "◐ 1 waiting for you" in plain(status_line(view, 100))
    assert view.queued == ("a", "b")
    for record in records([TurnFinished(stop="done", elapsed=1)]):
        view.fold(record)
    assert not view.running
    assert not view.waiting


def test_deep_folders_are_shortened() -> None:
    assert shortened(Path("/a/b")) == "/a/b"
    assert shortened(Path("/one/very/deep/folder/with/many/parts/in/its/name")) == "…/in/its/name"
    assert shortened(Path.home() / "src") == "~/src"


def test_amounts() -> None:
    assert [seconds(value) for value in (0.0034, 1.23, 41.2, 192, 7500)] == ["3ms", "1.2s", "41s", "3m12s", "2h05m"]
    assert [count(value) for value in (312, 8200, 124_000, 1_200_000)] == ["312", "8.2k", "124k", "1.2M"]
    assert [dollars(value) for value in (0.0, 0.12, 0.001, None)] == ["$0.00", "$0.12", "<$0.01", "$?"]


def test_panes_stand_where_there_is_room() -> None:
    panes = Arrangement(sides=["trace", "diffs"])
    assert visible(panes, 160) == ["conversation", "trace", "diffs"]
    assert visible(panes, 100) == ["conversation", "trace"]
    assert visible(panes, 60) == ["conversation"]
    show(panes, "diffs")
    assert visible(panes, 100) == ["conversation", "diffs"]
    assert visible(panes, 60) == ["diffs"]
    panes.zoomed = "trace"
    assert visible(panes, 160) == ["trace"]


def test_the_last_pane_cannot_be_closed() -> None:
    panes = Arrangement(sides=["trace"])
    close(panes, "conversation")
    assert visible(panes, 160) == ["trace"]
    close(panes, "trace")
    assert visible(panes, 160) == ["trace"]
    show(panes, "conversation")
    assert visible(panes, 160) == ["conversation", "trace"]


def test_history_goes_back_and_comes_back_to_the_draft() -> None:
    history = History()
    history.known(["one", "two"])
    assert [history.older("draft"), history.older("x"), history.older("x")] == ["two", "one", None]
    assert [history.newer(), history.newer(), history.newer()] == ["two", "draft", None]
