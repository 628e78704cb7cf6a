"""What is asked hides nothing: no character that cannot be seen reaches the screen, in the queue or in any dialog."""

import re
from dataclasses import replace

import pytest

from claw_core.ask import Ask, Choice, Conflict, PermissionAsk, PlanAsk, Question, QuestionAsk
from claw_core.block import DiffBlock, Hunk, TerminalBlock, TextBlock
from claw_tui.line import invisible
from tests.tui.asking import bash_ask, edit_ask
from tests.tui.bench import painted
from tests.tui.room import Room

HIDDEN = "\u202e\u200b\x1b[31m\u2066\ufeff\x07\U000e0041"
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


def hiding(words: str) -> str:
    """Words with what hides, reorders and paints in them."""
    return words[:2] + HIDDEN + words[2:]


_DIFF = DiffBlock(
    path=hiding("src/auth.py"),
    hunks=(
        Hunk(
            old_start=1,
            old_count=1,
            new_start=1,
            new_count=1,
            lines=(f"-{hiding('import a')}\n", f"+{hiding('import b')}\n"),
        ),
    ),
)
_EDIT = replace(
    edit_ask("edit", _DIFF),
    rule="Edit(/src/**)",
    rule_file=hiding("/home/ada/rules.toml"),
    reason=hiding("No rule"),
    drifted=(_DIFF.path,),
    conflicts=(Conflict(path=_DIFF.path, hunk=_DIFF.hunks[0], why=hiding("it is gone")),),
    input={"path": _DIFF.path, "old_string": hiding("import a"), "new_string": hiding("import b")},
)
_RUN = replace(
    bash_ask("run", command=hiding("pytest -q")),
    rule="Bash(pytest *)",
    rule_file=hiding("/home/ada/rules.toml"),
    preview=(TerminalBlock(command=hiding("pytest -q"), output="", folder=hiding("services/shop")),),
)
_DANGER = bash_ask("danger", command=hiding("rm -rf ~"), dangerous=True)
_SERVER = PermissionAsk(
    id="server",
    call="call-server",
    tool=hiding("mcp__shop__buy"),
    target=hiding("a target"),
    input={hiding("key"): hiding("value")},
    reason=hiding("Nobody knows what it touches"),
    preview=(TextBlock(text=f'{{"{hiding("key")}": 1}}', language="json"),),
    rule="mcp__shop__buy",
    rule_file="/home/ada/rules.toml",
)
_CHOICE = Choice(label=hiding("label"), description=hiding("description"))
_QUESTION = QuestionAsk(
    id="question",
    call="call-question",
    questions=(Question(header=hiding("Head"), question=hiding("Which?"), options=(_CHOICE,)),),
)
_PLAN = PlanAsk(
    id="plan", call="call-plan", plan=f"# {hiding('Plan')}\n\n1. `{hiding('code')}` [a](http://x/{HIDDEN})\n"
)
_SCENES: tuple[tuple[Ask, tuple[str, ...]], ...] = (
    (_EDIT, ("", "question_mark", "A", "e", "N", "c")),
    (_RUN, ("", "question_mark", "A", "e", "N", "c")),
    (_DANGER, ("", "question_mark", "y", "e", "N")),
    (_SERVER, ("", "question_mark", "A", "e", "N", "c")),
    (_QUESTION, ("", "enter")),
    (_PLAN, ("", "enter", "N")),
)


@pytest.mark.parametrize(("ask", "key"), [(ask, key) for ask, keys in _SCENES for key in keys])
async def test_what_hides_is_seen_in_the_queue_and_in_every_dialog(ask: Ask, key: str) -> None:
    room = Room(ask)
    async with room.run_test(size=(100, 40)) as pilot:
        await pilot.press(*([key] if key else []))
        await pilot.pause()
        assert (len(room.screen_stack) > 1) == bool(key)
        rows = painted(room).splitlines()
        assert "U+202E" in "".join(rows)
        hidden = [row for row in rows if invisible().search(row) or _CONTROL.search(row)]
        assert not hidden, ascii(hidden)
