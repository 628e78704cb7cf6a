"""Other agents' sessions are found where those agents keep them, and told by what was asked first."""

import json
import os
from pathlib import Path

import pytest

from claw_core.foreign_shelf import MOST, foreign_sessions
from claw_core.importer import read_foreign
from claw_core.importers import claude_code, codex, opencode


def write(path: Path, *lines: object, used: float = 1_700_000_000) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    os.utime(path, (used, used))
    return path


def claude(text: object, **more: object) -> dict[str, object]:
    message = {"role": "user", "content": text}
    return {"type": "user", "sessionId": "s", "cwd": "/w/shop", "uuid": "1", "message": message, **more}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home where three agents were at work."""
    write(
        tmp_path / ".claude/projects/-w-shop/one.jsonl",
        claude("Caveat: the messages below were generated", isMeta=True),
        claude("<command-name>/clear</command-name>"),
        claude([{"type": "text", "text": "fix the\nlogin"}]),
        used=3_000,
    )
    write(tmp_path / ".claude/projects/-w-shop/one/subagents/agent-a.jsonl", claude("a sub-agent's"))
    write(
        tmp_path / ".codex/sessions/2026/01/02/rollout-x.jsonl",
        {"type": "session_meta", "payload": {"id": "x", "cwd": "/w/api"}},
        {
            "type": "response_item",
            "payload": {
                "type": "message",
                "role": "user",
                "content": [{"type": "input_text", "text": "<environment_context>\n</environment_context>"}],
            },
        },
        {"type": "event_msg", "payload": {"type": "user_message", "message": "make it async"}},
        used=2_000,
    )
    storage = tmp_path / ".local/share/opencode/storage/session/p"
    write(storage / "ses_1.json", {"id": "ses_1", "title": "Tidy up", "directory": "/w/docs"}, used=1_000)
    write(storage / "ses_2.json", {"id": "ses_2", "title": "a child", "parentID": "ses_1"})
    return tmp_path


def test_each_agent_s_sessions_are_listed_the_newest_first(home: Path) -> None:
    assert [(one.source, one.title, one.project) for one in foreign_sessions(home, {})] == [
        (claude_code.NAME, "fix the login", "/w/shop"),
        (codex.NAME, "make it async", "/w/api"),
        (opencode.NAME, "Tidy up", "/w/docs"),
    ]


def test_each_of_them_can_be_opened_by_its_path(home: Path) -> None:
    for one in foreign_sessions(home, {}):
        assert read_foreign(one.path).records


def test_where_an_agent_was_told_to_keep_them_is_looked_at(home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    write(elsewhere / "projects/-x/two.jsonl", claude("elsewhere"))
    titles = [one.title for one in foreign_sessions(home, {"CLAUDE_CONFIG_DIR": str(elsewhere)})]
    assert "elsewhere" in titles
    assert "fix the login" not in titles


def test_what_cannot_be_read_is_left_out_and_a_list_stays_short(home: Path) -> None:
    folder = home / ".claude/projects/-w-shop"
    (folder / "broken.jsonl").write_bytes(b"\xff{[\n" * 10)
    (folder / "gone.jsonl").symlink_to(folder / "nowhere")
    (folder / "a folder.jsonl").mkdir()
    (folder / "deep.jsonl").write_text("[" * 20_000)
    for number in range(MOST + 20):
        write(folder / f"many{number}.jsonl", claude(f"task {number}"), used=5_000 + number)
    listed = [one for one in foreign_sessions(home, {}) if one.source == claude_code.NAME]
    assert listed[0].title == f"task {MOST + 19}"
    assert len(listed) <= MOST


def test_nobody_s_home_holds_none(tmp_path: Path) -> None:
    assert foreign_sessions(tmp_path, {}) == []
