"""Painters: each kind of block reads as what it is, fits, and says what it leaves out."""

import pytest

from claw_core.block import (
    Block,
    DiffBlock,
    Hunk,
    ImageBlock,
    ListingBlock,
    ListingRow,
    TerminalBlock,
    TextBlock,
    Todo,
    TodoBlock,
)
from claw_tui.line import plain, width_of
from claw_tui.painter import paint, source

EVIL = "a\x1b[2Jb\u202ec\td" * 9
BLOCKS: tuple[Block, ...] = (
    TextBlock(text="one\ntwo\n"),
    TextBlock(text=f"x = '{EVIL}'\n" * 30, language="python"),
    TerminalBlock(command="ls -l", output="\n".join(f"file {n}" for n in range(30)), exit_code=1),
    TerminalBlock(command=f"echo '{EVIL}' \\\n  && true", output=EVIL),
    ListingBlock(rows=tuple(ListingRow(path=EVIL, line=n, text=EVIL) for n in range(20)), total=99),
    ListingBlock(rows=(ListingRow(path="a.py"),), total=1),
    ListingBlock(rows=(), total=0),
    TodoBlock(todos=tuple(Todo(content=f"do {EVIL}") for _ in range(20))),
    ImageBlock(media_type="image/png", data="QUJD" * 5000),
    DiffBlock(path="a.py", hunks=(Hunk(old_start=1, old_count=1, new_start=1, new_count=1, lines=("-a\n", "+b\n")),)),
)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.kind)
@pytest.mark.parametrize("width", [8, 24, 80])
def test_it_fits_and_draws_nothing_but_itself(block: Block, width: int) -> None:
    for limit in (None, 1, 5):
        rows = paint(block, width, limit)
        assert rows
        text = "\n".join(plain(row) for row in rows)
        assert "\x1b" not in text
        assert "\u202e" not in text
        if width >= 24:
            assert all(width_of(row) <= width for row in rows)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.kind)
def test_it_can_be_copied(block: Block) -> None:
    assert isinstance(source(block), str)


def shown(block: Block, width: int = 40, limit: int | None = None) -> list[str]:
    return [plain(row).rstrip() for row in paint(block, width, limit)]


def test_of_long_output_the_end_stays() -> None:
    block = TerminalBlock(command="seq 9", output="\n".join(str(n) for n in range(1, 10)), exit_code=2)
    assert shown(block, limit=3) == ["$ seq 9", "… 7 more lines above", "8", "9", "exit code 2"]


def test_a_command_shows_the_folder_it_ran_in() -> None:
    block = TerminalBlock(command="make\nmake test", output="ok\n", folder="src/\nlib")
    assert shown(block) == ["src/ ⏎ lib $ make", "> make test", "ok"]


def test_places_stand_below_their_file() -> None:
    rows = (ListingRow(path="a.py", line=3, text="x"), ListingRow(path="a.py", line=9, text="y"))
    assert shown(ListingBlock(rows=rows, total=5)) == ["a.py", "    3 x", "    9 y", "… 3 more places"]


def test_a_plan_shows_its_states_by_signs() -> None:
    todos = (Todo(content="a", status="completed"), Todo(content="b", status="in_progress"), Todo(content="c"))
    assert shown(TodoBlock(todos=todos)) == ["☑ a", "◐ b", "☐ c"]
    assert shown(TodoBlock(todos=todos), limit=1) == ["☑ a", "… 2 more items"]
    assert source(TodoBlock(todos=todos)) == "- [x] a\n- [ ] b\n- [ ] c"
