"""Whatever files are called and hold, and whatever a model writes: no tool gives back half a character."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claw_core.error import ClawError
from claw_core.proposal import draft
from claw_core.tool_input import ToolInput
from tests.core.tools.bench import Bench, told

HALVES = "\ud800\udcff"


def strings(value: object) -> Iterator[str]:
    """Every text in something."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, ClawError):
        yield from (value.message, value.hint)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from strings(getattr(value, field.name))
    elif isinstance(value, list | tuple):
        for item in cast("tuple[object, ...]", value):
            yield from strings(item)


def halves(value: object) -> list[str]:
    """The texts in something that hold half a character."""
    return [text for text in strings(value) if any("\ud800" <= character <= "\udfff" for character in text)]


@pytest.fixture
def strange(bench: Bench) -> Bench:
    """A folder with names that are not UTF-8, and files that hold what is not."""
    held = b"x = 1\n\xed\xa0\x80\xff\n"
    bench.files(dict.fromkeys(["caf\udce9.py", "f\udcff/\udced\udca0\udc80.py", "plain.py"], held))
    (bench.root / "link\udcff").symlink_to("nowhere\udcff")
    return bench


async def outcome(bench: Bench, name: str, arguments: Mapping[str, Any]) -> object:
    """All that a call gives, or the error it ends with."""
    tool = bench.tool(name)
    try:
        if tool.propose is None:
            input = tool.parse(dict(arguments))
            return (await bench.run(name, **arguments), tool.target(input), bench.context.todos, bench.context.asked)
        proposal = await bench.propose(name, **arguments)
        shown = (await draft(bench.workspace, proposal)).shown
        return (shown, proposal.note, await bench.workspace.apply(proposal.changes, "c"))
    except ClawError as error:
        return error


NAMES = ["caf\udce9.py", "f\udcff", "f\udcff/\udced\udca0\udc80.py", "link\udcff", "caf\udce9", "f\udcff/none", HALVES]


@pytest.mark.parametrize("path", ["", ".", "f*", *NAMES])
async def test_names_that_are_not_utf_8_come_back_whole(strange: Bench, path: str) -> None:
    calls: list[tuple[str, dict[str, Any]]] = [
        ("read", {"path": path}),
        ("glob", {"pattern": "*", "path": path}),
        ("glob", {"pattern": path or "*"}),
        ("grep", {"pattern": "x", "path": path}),
        ("grep", {"pattern": "x", "path": path, "output": "files"}),
        ("grep", {"pattern": "x", "glob": path, "output": "count"}),
        ("bash", {"command": "ls; cat *.py", "cwd": path}),
        ("edit", {"path": path, "old_string": "x", "new_string": "y"}),
        ("edit", {"path": path, "old_string": "", "new_string": "y"}),
        ("write", {"path": path, "content": "y"}),
        ("write", {"path": f"new/{path}", "content": HALVES}),
    ]
    for name, arguments in calls:
        assert halves(await outcome(strange, name, arguments)) == [], (name, arguments)
    for each in strange.root.rglob("*"):
        shown = strange.workspace.show(each)
        assert halves(shown) == []
        if each.is_file():
            strange.workspace.note_read(each)
            missing = each.with_name(f"{each.name}x")
            assert halves(strange.workspace.explain(FileNotFoundError(2, "gone"), missing, "read")) == []


async def test_they_are_shown_with_a_mark(strange: Bench) -> None:
    listing = told(await strange.run("read", path=""))
    assert "caf\ufffd.py\nf\ufffd/\n" in listing
    assert "f\ufffd/\ufffd" in told(await strange.run("glob", pattern="*.py"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(text=st.text(st.characters(categories=["Cs", "Ll"]), min_size=1, max_size=5))
async def test_what_a_model_writes_comes_back_whole(bench: Bench, text: str) -> None:
    bench.context.answers = ((),)
    for name, arguments in (
        ("todo", {"todos": [{"content": text, "status": "in_progress"}, text]}),
        ("question", {"questions": [{"question": text, "header": text, "options": [text, {"label": text}]}]}),
        ("bash", {"command": f"echo '{text}'"}),
        ("write", {"path": text, "content": text}),
        ("grep", {"pattern": text}),
        ("glob", {"pattern": text}),
        ("read", {"path": text}),
    ):
        assert halves(await outcome(bench, name, arguments)) == [], name


def test_halves_that_belong_together_are_joined() -> None:
    class Input(ToolInput):
        words: list[dict[str, str]]

    assert Input.model_validate({"words": [{"a": "\ud83d\ude00 \ud83d"}]}).words == [{"a": "\U0001f600 \ufffd"}]
