"""The trace as a fold: a tree of spans with times, tokens, costs, and what of it is in sight."""

from datetime import timedelta
from typing import Literal

from claw_core.ask import Allow, By, Deny, PermissionAsk
from claw_core.event import (
    AskAnswered,
    AskOpened,
    CallFinished,
    CallStarted,
    Event,
    ModelCalled,
    ModelReplied,
    ModelRetried,
    Outcome,
    PromptSubmitted,
    ShellFinished,
    ShellStarted,
    TextDelta,
    TurnFinished,
    TurnInterrupted,
    TurnStarted,
)
from claw_core.message import Message, Text, Usage
from claw_tui.detail import changed_text, decision_text, tabs, timing_text
from claw_tui.line import plain, width_of
from claw_tui.trace_lines import Look, Scale, draw_span
from claw_tui.trace_rows import TraceRows
from claw_tui.views.trace import TraceView
from tests.tui.bench import BEGAN, records

CALLED = ModelCalled(provider="openai", model="gpt", dialect="d", url="http://x", parameters={}, lists={}, size=9)
PERSON = By(kind="person", name="keys")


def reply(cost: float | None = 0.01) -> ModelReplied:
    usage = Usage(input=8200, output=312, cached=8000)
    return ModelReplied(
        message=Message(role="assistant", parts=()), usage=usage, stop="end", cost=cost, first_token=0.5
    )


def call(name: str, *, outcome: Outcome = "ok", id: str = "c") -> list[Event]:
    events: list[Event] = [
        CallStarted(id=id, name=name, input={}, target=f"{name} it"),
        CallFinished(id=id, outcome=outcome, parts=(), summary="some"),
    ]
    return events


def ask(call_id: str) -> AskOpened:
    return AskOpened(
        ask=PermissionAsk(id="q", call=call_id, tool="bash", target="x", input={}, reason="because", preview=())
    )


def folded(*events: Event, view: TraceView | None = None, agent: str = "main", turn: int = 1) -> TraceView:
    view = view or TraceView()
    for record in records(events, agent=agent, turn=turn):
        view.fold(record)
    return view


def outline(rows: TraceRows) -> list[str]:
    rows.update()
    return ["  " * span.depth + span.name for span in (rows.view.spans[index] for index in rows.visible)]


def test_a_turn_holds_calls_and_a_call_its_wait_and_run() -> None:
    view = folded(
        PromptSubmitted(text="go"), TurnStarted(), CALLED, reply(),
        CallStarted(id="c", name="bash", input={}), ask("c"),
        AskAnswered(ask="q", call="c", answer=Allow(), by=PERSON),
        CallFinished(id="c", outcome="ok", parts=(), summary="exit 0"), TurnFinished(stop="done", elapsed=9.0),
    )  # fmt: skip
    rows = TraceRows(view)
    assert outline(rows) == ["turn 1", "  model", "  bash"]
    rows.fold_all(open_=True)
    assert outline(rows) == ["turn 1", "  model", "  bash", "    waiting for you", "    run"]
    assert [span.state for span in view.spans] == ["ok"] * 5
    assert view.spans[0].target == "go"


def test_tokens_and_cost_roll_up_and_an_unknown_price_stays_unknown() -> None:
    view = folded(TurnStarted(), CALLED, reply(0.01), CALLED, reply(0.02))
    turn = view.spans[0]
    assert (turn.tokens_in, turn.tokens_out, round(turn.cost, 2)) == (16400, 624, 0.03)
    folded(CALLED, reply(None), view=view)
    assert turn.price is None


def test_a_sub_agents_turn_hangs_below_the_call_that_started_it() -> None:
    view = folded(TurnStarted(), CallStarted(id="task", name="task", input={}, target="explore"))
    folded(
        TurnStarted(),
        CALLED,
        reply(),
        *call("grep", id="g"),
        TurnFinished(stop="done", elapsed=1),
        view=view,
        agent="task",
    )
    rows = TraceRows(view)
    rows.fold_all(open_=True)
    assert outline(rows) == ["turn 1", "  task", "    agent", "      model", "      grep"]
    assert view.spans[0].tokens_in == 8200, "what a sub-agent took is part of the turn"


def test_failures_are_counted_where_they_belong_and_can_be_had_alone() -> None:
    view = folded(
        TurnStarted(), *call("read"), *call("bash", outcome="error", id="d"), *call("edit", outcome="denied", id="e")
    )
    assert view.spans[0].failures == 2
    rows = TraceRows(view)
    rows.failures = True
    assert outline(rows) == ["turn 1", "  bash", "  edit"]
    rows.failures, rows.filter = False, "READ"
    assert outline(rows) == ["turn 1", "  read"]


def test_a_refusal_and_an_interrupt_leave_nothing_running() -> None:
    view = folded(
        TurnStarted(), CallStarted(id="c", name="bash", input={}), ask("c"),
        AskAnswered(ask="q", call="c", answer=Deny(), by=PERSON), CallFinished(id="c", outcome="denied", parts=()),
        CALLED, CallStarted(id="d", name="read", input={}), TurnInterrupted(stopped=("read",)),
    )  # fmt: skip
    assert [(span.name, span.state) for span in view.spans] == [
        ("turn 1", "interrupted"), ("bash", "denied"), ("waiting for you", "denied"),
        ("model", "interrupted"), ("read", "interrupted"),
    ]  # fmt: skip
    assert all(span.over for span in view.spans)


def test_older_turns_fold_by_themselves_but_not_against_the_person() -> None:
    view = folded(TurnStarted(), *call("read"), TurnFinished(stop="done", elapsed=1))
    rows = TraceRows(view)
    assert outline(rows) == ["turn 1", "  read"]
    folded(TurnStarted(), *call("grep"), TurnFinished(stop="done", elapsed=1), view=view, turn=2)
    assert outline(rows) == ["turn 1", "turn 2", "  grep"]
    rows.fold(0, open_=True)
    folded(TurnStarted(), view=view, turn=3)
    assert outline(rows) == ["turn 1", "  read", "turn 2", "turn 3"]


def test_what_comes_in_the_middle_finds_its_place() -> None:
    view = folded(TurnStarted(), CallStarted(id="a", name="a", input={}), CallStarted(id="b", name="b", input={}))
    rows = TraceRows(view)
    rows.fold_all(open_=True)
    rows.fold(1, open_=True)
    folded(ask("a"), view=view)
    assert outline(rows) == ["turn 1", "  a", "    waiting for you", "  b"]


def test_a_hundred_thousand_spans_are_taken_in_as_they_come() -> None:
    view = TraceView()
    rows = TraceRows(view)
    made = records([TurnStarted(), *(event for number in range(5000) for event in call("read", id=str(number)))])
    for at in range(0, len(made), 100):
        for record in made[at : at + 100]:
            view.fold(record)
        rows.update()
    assert len(rows.visible) == 5001
    assert rows.visible == sorted(rows.visible)


def test_a_row_has_its_columns_and_its_bar() -> None:
    view = folded(
        PromptSubmitted(text="make it async"), TurnStarted(), CALLED, TextDelta(text="x"), reply(), *call("read")
    )
    now = BEGAN + timedelta(seconds=12)
    scale = Scale(began=view.spans[0].began, seconds=10)
    shown = [plain(draw_span(span, 80, Look(now=now, open=True, scale=scale))) for span in view.spans]
    assert shown == [
        "▾ ◐ turn 1 make it async                         10s      $0.01 ────────────────",
        "    ● model  gpt                                2.0s   8.2k→312  ▇▇▇▇           ",
        "    ● read   read it  some                      1.0s                  ▇▇        ",
    ]
    for width in (5, 20, 30, 44, 58, 80, 160):
        rows = [draw_span(span, width, Look(now=now, open=True, scale=scale)) for span in view.spans]
        assert all(width_of(row) == width for row in rows), width


def test_the_detail_tells_times_and_decisions() -> None:
    view = folded(
        TurnStarted(), CALLED, ModelRetried(attempt=1, error="RateLimited", message="slow down", wait=1), reply(),
        CallStarted(id="c", name="bash", input={"command": "ls"}), ask("c"),
        AskAnswered(ask="q", call="c", answer=Allow(), by=PERSON, reason="as always"),
        CallFinished(id="c", outcome="ok", parts=()),
    )  # fmt: skip
    model, bash = view.spans[1], next(span for span in view.spans if span.name == "bash")
    assert "first token after  500ms" in timing_text(model, view, BEGAN)
    assert "slow down" in timing_text(model, view, BEGAN)
    assert decision_text(bash).startswith("allow by person keys\nas always")
    assert [tab.name for tab in tabs(bash, view, lambda _: b"", BEGAN)] == [
        "input",
        "result",
        "decision",
        "timing",
        "record",
    ]


def test_a_request_is_compared_with_the_one_before() -> None:
    view = folded(TurnStarted(), CALLED, reply(), CALLED, reply())
    bodies = {2: b'{"messages":["a"]}', 4: b'{"messages":["a","b"]}'}
    pages = {tab.name: tab for tab in tabs(view.spans[2], view, lambda record: bodies[record.seq], BEGAN)}
    assert pages["request"].text() == '{\n  "messages": [\n    "a",\n    "b"\n  ]\n}'
    changed = pages["changed"].text()
    assert "The first 16 of 22 bytes (73%)" in changed
    assert '+    "b"' in changed


def test_a_shell_line_of_the_person_s_own_is_a_row_in_the_turn_or_by_itself() -> None:
    def line(outcome: Literal["ok", "error"]) -> list[Event]:
        said = (Text(text="on main"),)
        done = ShellFinished(id="s", outcome=outcome, parts=said, blocks=(), summary="1 line", elapsed=0.2)
        return [ShellStarted(id="s", line="git status"), done]

    view = folded(PromptSubmitted(text="go"), TurnStarted(), *line("ok"), TurnFinished(stop="done", elapsed=1.0))
    folded(*line("error"), view=view)
    rows = TraceRows(view)
    assert outline(rows) == ["turn 1", "  !", "!"]
    first, last = view.spans[1], view.spans[2]
    assert (first.target, first.state, first.note) == ("git status", "ok", "1 line")
    assert last.state == "error"
    assert [tab.name for tab in tabs(first, view, lambda _: b"", BEGAN)] == ["output", "timing", "record"]
    rows.failures = True
    rows.rebuild()
    assert outline(rows) == ["!"]


def test_a_retry_says_when_it_failed_why_and_how_long_was_waited() -> None:
    retried = ModelRetried(attempt=1, error="RateLimited", message="slow down", wait=4.0)
    view = folded(TurnStarted(), CALLED, retried, reply())
    told = timing_text(view.spans[1], view, BEGAN)
    assert "attempt 1 failed" in told
    assert "RateLimited: slow down; waited 4.0s" in told


def test_what_a_cache_may_reuse_is_marked_where_the_requests_part() -> None:
    view = folded(TurnStarted(), CALLED, reply(), CALLED, reply())
    one, two = (span for span in view.spans if span.kind == "model")
    bodies = {one.seq: b'{"messages":[{"role":"user","content":"a"}]}'}
    bodies[two.seq] = b'{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}'
    told = changed_text(one, two, lambda record: bodies[record.seq]).split("\n")
    mark = next(at for at, row in enumerate(told) if "up to here both are the same, 42 bytes" in row)
    assert told[mark + 1].startswith(("+", "-"))
    assert not any(row.startswith(("+ ", "- ")) for row in told[:mark])
