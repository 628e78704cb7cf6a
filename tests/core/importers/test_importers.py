"""Sessions of other agents: everything that was said, done and spent there is there here, in its order."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claw_core.block import DiffBlock, TerminalBlock
from claw_core.error import ForeignSession
from claw_core.event import (
    MAIN,
    CallFinished,
    CallStarted,
    ContextCompacted,
    ContextLoaded,
    FileChanged,
    ModelReplied,
    PromptSubmitted,
    SessionNamed,
    SessionStarted,
    TurnFinished,
    TurnStarted,
    record_adapter,
)
from claw_core.importer import Imported, Tale, read_foreign
from claw_core.message import Call, Text, Thought
from claw_core.opening import open_replay
from claw_core.session.log import read_log
from claw_core.session.shelf import Shelf, check
from claw_core.transcript import Transcript
from tests.core.events import json_values

SESSIONS = Path(__file__).parents[4] / "shared" / "data" / "sessions"
NONE_OF_THEIRS = {"ccusage_test_test-transcript.jsonl", "vercel_subagent-step-stream.json", "oss-story.tui-log.jsonl"}


def samples(*folders: str) -> list[Any]:
    found = [path for folder in folders for path in sorted((SESSIONS / folder).glob("*"))]
    absent = pytest.mark.skip("The recorded sessions are not beside the project (../shared/data).")
    return [pytest.param(path, id=path.name) for path in found] or [pytest.param(Path(), marks=absent)]


def write(folder: Path, lines: Iterable[object], name: str = "session.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def events(imported: Imported, kind: type[Any]) -> list[Any]:
    return [record.event for record in imported.records if isinstance(record.event, kind)]


def everything(imported: Imported) -> str:
    """All that was said, as it follows."""
    said: list[str] = []
    for record in imported.records:
        match record.event:
            case PromptSubmitted(text=text) | ContextLoaded(text=text) | ContextCompacted(summary=text):
                said.append(text)
            case ModelReplied(message=message):
                said += [part.text for part in message.parts if isinstance(part, Text | Thought)]
            case CallFinished(parts=parts):
                said += [part.text for part in parts if part.kind == "text"]
            case _:
                pass
    return "\n".join(said)


def objects(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for line in path.read_text(errors="replace").splitlines():
        try:
            read = json.loads(line)
        except ValueError:
            continue
        if isinstance(read, dict):
            found.append(cast("dict[str, Any]", read))
    return found


def in_order(pieces: list[str], text: str) -> None:
    at = 0
    for piece in pieces:
        at = text.find(piece, at)
        assert at >= 0, piece[:200]
        at += len(piece)


@pytest.mark.parametrize("path", samples("claude_code"))
def test_all_of_a_claude_code_session_is_there(path: Path) -> None:
    if path.name in NONE_OF_THEIRS:
        with pytest.raises(ForeignSession):
            read_foreign(path)
        return
    imported = read_foreign(path)
    said: list[str] = []
    calls: list[str] = []
    results: list[str] = []
    spent: dict[str, int] = {}
    for line in objects(path):
        if line.get("type") not in ("user", "assistant") or isinstance(line["message"], str):
            continue
        message: dict[str, Any] = line["message"]
        content: Any = message.get("content")
        usage: dict[str, Any] = message.get("usage") or {}
        if message.get("id"):
            spent[message["id"]] = int(usage.get("output_tokens", 0))
        parts: list[Any] = [content] if isinstance(content, str) else content or []
        for part in parts:
            if isinstance(part, str):
                said.append(part)
            elif part["type"] in ("text", "thinking"):
                said.append(part.get("text") or part.get("thinking") or "")
            elif part["type"] == "tool_use":
                calls.append(part["id"])
            elif part["type"] == "tool_result":
                results.append(part["tool_use_id"])
                inner: Any = part.get("content")
                said += [inner] if isinstance(inner, str) else [one.get("text", "") for one in inner or ()]
    in_order(said, everything(imported))
    assert [one.id for one in events(imported, CallStarted)] == calls
    assert [one.id for one in events(imported, CallFinished)] == results
    assert sum(one.usage.output for one in events(imported, ModelReplied)) >= sum(spent.values())


@pytest.mark.parametrize("path", samples("codex"))
def test_all_of_a_codex_session_is_there(path: Path) -> None:
    if path.name in NONE_OF_THEIRS:
        with pytest.raises(ForeignSession):
            read_foreign(path)
        return
    imported = read_foreign(path)
    items = [line["payload"] for line in objects(path) if line.get("type") == "response_item"]
    said: list[str] = [part["text"] for item in items if "role" in item for part in item["content"] if "text" in part]
    text = everything(imported)
    assert [piece for piece in said if piece not in text] == []
    calls = [item["call_id"] for item in items if item.get("type") in ("function_call", "custom_tool_call")]
    assert [one.id for one in events(imported, CallStarted) if one.id in calls] == calls
    results = [item["call_id"] for item in items if str(item.get("type")).endswith("_call_output")]
    assert [one.id for one in events(imported, CallFinished) if one.id in results] == results
    totals: list[int] = [
        line["payload"]["info"]["total_token_usage"]["output_tokens"]
        for line in objects(path)
        if line.get("type") == "event_msg" and "total_token_usage" in str(line["payload"].get("info"))
    ]
    if totals:
        assert sum(one.usage.output for one in events(imported, ModelReplied)) == totals[-1]


@pytest.mark.parametrize("path", samples("claude_code", "codex", "opencode"))
def test_it_is_a_session_like_any_other_here(path: Path, tmp_path: Path) -> None:
    if path.name in NONE_OF_THEIRS:
        return
    imported = read_foreign(path)
    seqs = [record.seq for record in imported.records]
    assert seqs == list(range(1, len(seqs) + 1))
    for record in imported.records:
        record_adapter().validate_json(record_adapter().dump_json(record))
    shelf = Shelf(tmp_path / "sessions")
    kept = shelf.keep(imported)
    content, problems = check(shelf.find(kept))
    assert problems == []
    assert [record.event for record in content.records[1:]] == [record.event for record in imported.records[1:]]
    transcript = Transcript()
    for record in content.records:
        transcript.add(record)
    assert [one.role for one in transcript.messages] == ["user", "assistant"] * 1000 or len(transcript.messages) < 2000


def test_an_edit_of_claude_code_is_a_diff_and_a_command_a_terminal(tmp_path: Path) -> None:
    patch = [{"oldStart": 1, "oldLines": 1, "newStart": 1, "newLines": 1, "lines": ["-a", "+b"]}]
    use = {"type": "tool_use", "id": "t1", "name": "Edit", "input": {"file_path": "/x/a.py"}}
    run = {"type": "tool_use", "id": "t2", "name": "Bash", "input": {"command": "ls"}}
    usage = {"input_tokens": 1, "cache_read_input_tokens": 2, "cache_creation_input_tokens": 4, "output_tokens": 8}
    result = {"type": "tool_result", "tool_use_id": "t1", "content": "ok"}
    lines = [
        {"type": "summary", "summary": "An edit"},
        {"type": "user", "sessionId": "s", "cwd": "/x", "message": {"role": "user", "content": "edit it"}},
        {"type": "assistant", "message": {"id": "m1", "model": "opus", "content": [use], "usage": usage}},
        {"type": "assistant", "message": {"id": "m1", "model": "opus", "content": [run], "usage": usage}},
        {
            "type": "user",
            "message": {"content": [result]},
            "toolUseResult": {"filePath": "/x/a.py", "structuredPatch": patch},
        },
        {"type": "user", "message": {"content": [{**result, "tool_use_id": "t2", "is_error": True}]}},
        {"type": "moon"},
    ]
    imported = read_foreign(write(tmp_path, lines))
    (reply,) = events(imported, ModelReplied)
    assert [part.id for part in reply.message.parts if isinstance(part, Call)] == ["t1", "t2"], "one message, one reply"
    assert (reply.usage.input, reply.usage.cached, reply.usage.output) == (7, 2, 8)
    first, second = events(imported, CallFinished)
    assert isinstance(first.blocks[0], DiffBlock)
    assert first.summary == "+1 −1"
    assert isinstance(second.blocks[0], TerminalBlock)
    assert second.outcome == "error"
    assert events(imported, FileChanged)[0].path == "/x/a.py"
    assert events(imported, SessionNamed)[0].title == "An edit"
    assert events(imported, SessionStarted)[0].cwd == "/x"
    assert imported.unmapped == {"moon": 1}
    assert "moon (1)" in imported.records[-1].event.message  # type: ignore[union-attr]


def test_a_sub_agent_of_claude_code_is_one_here(tmp_path: Path) -> None:
    task = {"type": "tool_use", "id": "t1", "name": "Task", "input": {"prompt": "look"}}
    done = {"type": "tool_result", "tool_use_id": "t1", "content": "found"}
    lines = [
        {"type": "user", "sessionId": "s", "message": {"content": "go"}},
        {"type": "assistant", "message": {"id": "m1", "content": [task]}},
        {"type": "user", "message": {"content": [done]}, "toolUseResult": {"agentId": "a1"}},
    ]
    path = write(tmp_path, lines, "s.jsonl")
    (tmp_path / "s" / "subagents").mkdir(parents=True)
    own = [
        {"type": "user", "isSidechain": True, "message": {"content": "look"}},
        {
            "type": "assistant",
            "isSidechain": True,
            "message": {"id": "m2", "content": [{"type": "text", "text": "hm"}]},
        },
    ]
    write(tmp_path / "s" / "subagents", own, "agent-a1.jsonl")
    imported = read_foreign(path)
    sub = [type(record.event) for record in imported.records if record.agent == "t1"]
    assert sub[0] is PromptSubmitted
    assert sub[-1] is TurnFinished
    assert [record.agent for record in imported.records if isinstance(record.event, TurnStarted)] == [MAIN, "t1"]


def test_an_export_of_opencode_is_read_with_its_steps_and_costs(tmp_path: Path) -> None:
    state = {"status": "completed", "input": {"command": "ls"}, "output": "a.py", "title": "List"}
    parts = [
        {"type": "step-start"},
        {"type": "reasoning", "text": "I look."},
        {"type": "tool", "callID": "c1", "tool": "bash", "state": state},
        {"type": "step-finish", "cost": 0.25, "tokens": {"input": 5, "output": 3, "cache": {"read": 2, "write": 0}}},
        {"type": "text", "text": "Done."},
        {"type": "step-finish", "cost": 0.5, "tokens": {"input": 1, "output": 1}},
    ]
    told = {
        "info": {"id": "ses_1", "title": "A look", "directory": "/x", "version": "1.18"},
        "messages": [
            {"info": {"role": "user", "time": {"created": 1733011200000}}, "parts": [{"type": "text", "text": "look"}]},
            {"info": {"role": "assistant", "modelID": "m", "providerID": "p"}, "parts": parts},
        ],
    }
    path = tmp_path / "export.json"
    path.write_text(json.dumps(told, indent=2))
    imported = read_foreign(path)
    first, second = events(imported, ModelReplied)
    assert (first.usage.input, first.usage.cached, first.cost, second.cost) == (7, 2, 0.25, 0.5)
    assert events(imported, CallFinished)[0].blocks == (TerminalBlock(command="ls", output="a.py"),)
    assert imported.records[2].at.year == 2024

    storage = tmp_path / "storage"
    for name, document in (
        ("session/p/ses_1.json", told["info"]),
        ("message/ses_1/msg_1.json", {"id": "msg_1", "role": "user", "sessionID": "ses_1"}),
        ("part/msg_1/prt_1.json", {"type": "text", "text": "look"}),
    ):
        (storage / name).parent.mkdir(parents=True)
        (storage / name).write_text(json.dumps(document))
    stored = read_foreign(storage / "session/p/ses_1.json")
    assert events(stored, PromptSubmitted)[0].text == "look"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\x00\xff", b'{"a": 1}', b"[" * 100_000, b'{"id": "ses_x"}\n{}']
)
def test_what_is_no_session_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(content)
    with pytest.raises(ForeignSession) as told:
        read_foreign(path)
    assert told.value.hint
    with pytest.raises(ForeignSession):
        read_foreign(tmp_path / "nowhere")


WORDS = st.sampled_from(
    [
        "type",
        "message",
        "content",
        "user",
        "assistant",
        "text",
        "tool_use",
        "tool_result",
        "id",
        "usage",
        "payload",
        "response_item",
        "event_msg",
        "info",
        "function_call",
        "call_id",
        "arguments",
        "role",
        "parts",
        "messages",
        "tool",
        "state",
        "time",
        "created",
        "timestamp",
        "structuredPatch",
        "toolUseResult",
        "lines",
        "sessionId",
        "thread.started",
        "item.completed",
        "item",
        "token_count",
        "last_token_usage",
        "output",
    ]
)
strange = st.recursive(
    json_values | WORDS | st.integers() | st.just("2026-01-01T00:00:00Z"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=6),
    max_leaves=20,
)
heads = st.sampled_from(
    [
        {"type": "user", "sessionId": "s", "message": {"content": "hi"}},
        {"type": "session_meta", "payload": {"id": "s"}},
        {"type": "thread.started", "thread_id": "s"},
    ]
)


@settings(max_examples=150, deadline=None)
@given(heads, st.lists(strange, max_size=6))
def test_whatever_follows_is_read_or_counted(
    tmp_path_factory: pytest.TempPathFactory, head: object, rest: list[object]
) -> None:
    imported = read_foreign(write(tmp_path_factory.mktemp("s"), [head, *rest]))
    for record in imported.records:
        record_adapter().dump_json(record)


@settings(max_examples=100, deadline=None)
@given(strange, st.lists(strange, max_size=3))
def test_whatever_an_export_holds_is_read_or_counted(
    tmp_path_factory: pytest.TempPathFactory, info: object, messages: list[object]
) -> None:
    path = tmp_path_factory.mktemp("s") / "export.json"
    path.write_text(json.dumps({"info": {"id": "ses_1", "title": info}, "messages": messages}))
    imported = read_foreign(path)
    for record in imported.records:
        record_adapter().dump_json(record)


def test_its_file_opens_as_a_replay_and_so_does_a_log_by_its_path(tmp_path: Path) -> None:
    path = write(tmp_path, [{"type": "user", "sessionId": "s", "message": {"content": "hi"}}])
    replay = open_replay(str(path))
    assert replay.title == "hi"
    assert not replay.own
    before = path.read_bytes()
    shelf = Shelf(tmp_path / "sessions")
    kept = shelf.find(shelf.keep(read_foreign(path)))
    assert open_replay(str(kept / "log.jsonl")).title == "hi"
    assert read_log(kept).records[0].event.session == kept.name  # type: ignore[union-attr]
    assert path.read_bytes() == before


def test_times_that_are_none_change_nothing() -> None:
    tale = Tale("test", "s")
    stamps: list[object] = [None, "soon", 1e300, float("nan"), True, [], "2026-01-01"]
    for stamp in stamps:
        tale.when(stamp)
    tale.prompt("hi")
    assert tale.finished("Test").records[1].at.isoformat() == "2026-01-01T00:00:00+00:00"
