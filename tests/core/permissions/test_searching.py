"""Searching tells nothing of files that a rule is about, though the folder around them may be read."""

from pathlib import Path

import pytest

from claw_core.event import CallFinished
from claw_core.message import Text
from tests.core.acting import Acting, says


@pytest.mark.parametrize(
    ("call", "input", "tells", "withheld"),
    [
        ("grep", {"pattern": "word"}, "notes.md\n1: word", "2 files"),
        ("grep", {"pattern": "word", "output": "files"}, "notes.md", "2 files"),
        ("grep", {"pattern": "word", "output": "count"}, "notes.md: 1", "2 files"),
        ("grep", {"pattern": "word", "path": "private"}, "No line matches", "1 file"),
        ("grep", {"pattern": "word", "glob": "secret.t?t"}, "No line matches", "1 file"),
        ("glob", {"pattern": "**/*"}, "notes.md", "2"),
    ],
)
async def test_what_a_rule_is_about_is_left_out_and_that_is_said(
    tmp_path: Path, call: str, input: dict[str, str], tells: str, withheld: str
) -> None:
    one = Acting(
        tmp_path, [says("", (call, dict(input))), says("Done.")], deny=("Read(/private/**)", "Read(SECRET.txt)")
    )
    for path in ("notes.md", "private/key.md", "secret.txt"):
        one.write(path, f"word of {path}\n")
    await one.ask()
    (finished,) = [each.event for each in one.session.stream.records if isinstance(each.event, CallFinished)]
    text = "".join(part.text for part in finished.parts if isinstance(part, Text))
    assert tells in text
    assert f"[{withheld} left out: a permission rule is about reading" in text
    assert "key.md" not in text
    assert "secret.txt" not in text
    assert "secret.txt" not in str(finished.blocks)
