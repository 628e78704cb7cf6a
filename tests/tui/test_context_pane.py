"""The context pane: an exact request taken apart, whichever API it is for, and what would go next."""

import json
from dataclasses import replace

import pytest

from claw_core.event import CallFinished, CallStarted, ModelCalled, ModelReplied, PromptSubmitted, TurnStarted
from claw_core.message import Call, JsonObject, Message, Text, Usage
from claw_tui.context_parts import pieces_of
from claw_tui.line import plain, width_of
from claw_tui.panes.context import context_lines, filled
from claw_tui.views.context import ContextView
from claw_tui.views.status import Facts
from tests.tui.bench import Scene, on_stage, painted, records
from tests.tui.conftest import Matches

SYSTEM = "You are claw.\n\n# Instructions from /src/AGENTS.md\n\nUse tabs, always.\n\n# Environment\n\nLinux"
TOOLS: list[JsonObject] = [
    {"type": "function", "function": {"name": "read", "description": "Read a file.", "parameters": {}}},
    {"type": "function", "function": {"name": "mcp__web__search", "description": "Search.", "parameters": {}}},
]
CHAT: JsonObject = {
    "model": "m",
    "tools": [*TOOLS],
    "messages": [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": "read it"},
        {
            "role": "assistant",
            "content": "I read.",
            "reasoning_content": "hm",
            "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "read", "arguments": '{"path":"a"}'}}],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "1 word " * 400},
    ],
}
RESPONSES: JsonObject = {
    "tools": [{"type": "function", "name": "read"}, {"type": "function", "name": "mcp__web__search"}],
    "input": [
        {"type": "message", "role": "system", "content": SYSTEM},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "read it"}]},
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}], "encrypted_content": "x" * 40},
        {"type": "message", "role": "assistant", "content": "I read."},
        {"type": "function_call", "call_id": "c1", "name": "read", "arguments": '{"path":"a"}'},
        {"type": "function_call_output", "call_id": "c1", "output": "1 word " * 400},
    ],
}
MESSAGES: JsonObject = {
    "system": [{"type": "text", "text": SYSTEM}],
    "tools": [{"name": "read", "input_schema": {}}, {"name": "mcp__web__search", "input_schema": {}}],
    "messages": [
        {"role": "user", "content": [{"type": "text", "text": "read it"}]},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "hm", "signature": "s"},
                {"type": "text", "text": "I read."},
                {"type": "tool_use", "id": "c1", "name": "read", "input": {"path": "a"}},
            ],
        },
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": "1 word " * 400}]},
    ],
}


@pytest.mark.parametrize("body", [CHAT, RESPONSES, MESSAGES], ids=["chat", "responses", "messages"])
def test_a_request_of_any_dialect_is_taken_apart(body: JsonObject) -> None:
    found = [(piece.kind, piece.name) for piece in pieces_of(body)]
    assert sorted(found) == sorted([
        ("system", ""),
        ("instructions", "/src/AGENTS.md"),
        ("tools", "read"),
        ("mcp", "web"),
        ("prompts", ""),
        ("thoughts", ""),
        ("answers", ""),
        ("calls", "read"),
        ("results", "read"),
    ])  # fmt: skip


ODD: list[JsonObject] = [{}, {"messages": [3, None, {}]}, {"input": {"a": 1}, "tools": "x"}, {"system": 7}]


@pytest.mark.parametrize("body", ODD)
def test_what_is_no_request_has_no_pieces(body: JsonObject) -> None:
    assert pieces_of(body) == []


def told(scene: Scene) -> Scene:
    called = ModelCalled(provider="openai", model="gpt-5.4", dialect="d", url="u", parameters={}, lists={}, size=1)
    scene.body = json.dumps(CHAT).encode()
    scene.window = 10_000
    scene.tell(PromptSubmitted(text="read it"), TurnStarted(), called)
    calls = tuple(Call(id=f"c{at}", name="read", input={"path": f"src/{at}.py"}) for at in range(6))
    message = Message(role="assistant", parts=(Text(text="I read."), *calls))
    for call in calls:
        scene.tell(CallStarted(id=call.id, name="read", input=call.input, target=str(call.input["path"])))
    scene.tell(ModelReplied(message=message, usage=Usage(input=2000, output=100), stop="calls"))
    for call in calls:
        scene.tell(CallFinished(id=call.id, outcome="ok", parts=(Text(text="word and word " * 500),)))
        done = Message(role="assistant", parts=(Text(text="Next."),))
        scene.tell(ModelReplied(message=done, usage=Usage(input=2000, output=10), stop="end"))
    return scene


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=str)
async def test_what_fills_the_window_is_shown(size: tuple[int, int], matches_golden: Matches) -> None:
    async with on_stage(told(Scene()), size) as (app, pilot):
        await pilot.press("f10")
        while "system prompt" not in painted(app):
            await pilot.pause()
        matches_golden(app, f"context-{size[0]}x{size[1]}")


def folded() -> ContextView:
    view = ContextView()
    view.know(Facts(root=told(Scene()).root, provider="", model="", mode="ask", window=10_000, compact_at=0.8))
    for record in told(Scene()).stream.records:
        view.fold(record)
    return view


def test_its_pieces_sum_up_to_what_the_provider_counted() -> None:
    view = folded()
    filling = filled(pieces_of(CHAT), view)
    assert sum(filling.kinds.values()) == pytest.approx(2000)
    assert filling.total == pytest.approx(max(view.size, 2000))


@pytest.mark.parametrize("width", [20, 33, 58, 118])
def test_the_bar_is_as_wide_as_the_pane_and_the_rows_fit(width: int) -> None:
    view = folded()
    rows = context_lines(view, filled(pieces_of(CHAT), view), width)
    assert width_of(rows[1]) == width
    assert all(width_of(row) <= width for row in rows[:-8])


def test_what_the_next_compaction_would_drop_is_named() -> None:
    view = folded()
    text = "\n".join(plain(row) for row in context_lines(view, filled(pieces_of(CHAT), view), 80))
    assert "Next compaction, at 80% (8k tokens)" in text
    assert "read src/0.py" in text or "would become a brief" in text


def test_before_the_first_request_there_is_nothing_to_show() -> None:
    view = ContextView()
    for record in records([PromptSubmitted(text="x")]):
        view.fold(record)
    assert plain(context_lines(view, None, 40)[0]) == "No request was sent yet."


def test_a_replay_knows_the_window_from_its_records() -> None:
    view = ContextView()
    called = ModelCalled(
        provider="p", model="m", dialect="d", url="u", parameters={}, lists={}, size=9, window=8_000, compact_at=0.8
    )
    for record in records([called]):
        view.fold(record)
    assert (view.window, view.compact_at) == (8_000, 0.8)
    view.fold(records([replace(called, window=None, compact_at=0.0)])[0])
    assert view.window == 8_000
