"""What the table of `make bench` says: who was compared with whom, and whether a goal is reached."""

from pathlib import Path

import pytest

from native.benches import table
from native.benches.row import Rival, Row, compare


def test_a_goal_with_a_rival_is_how_many_times_better_ours_is() -> None:
    row = Row(name="search", ours=0.1, rival="rg", theirs=0.3, goal=2)
    assert row.times == pytest.approx(3)
    assert row.met
    assert Row(name="rate", ours=150, rival="pexpect", theirs=100, goal=2, unit="MB/s").met is False


def test_a_goal_without_a_rival_is_the_bound_itself() -> None:
    assert Row(name="start", ours=0.002, goal=0.003).met
    assert Row(name="memory", ours=65, goal=64, unit="MiB").met is False
    assert Row(name="rate", ours=151, goal=150, unit="MB/s").met


def test_a_rival_that_is_not_here_is_named_and_no_goal_is_judged() -> None:
    (row,) = compare("search", lambda: None, Rival("rg", None, goal=1))
    assert (row.theirs, row.met) == (None, None)
    assert "| rg " in table.markdown([row])
    assert "not here" in table.markdown([row])


def test_everybody_warms_up_once_and_then_takes_turns() -> None:
    turns: list[str] = []
    sides = [Rival(name, lambda name=name: turns.append(name)) for name in ("one", "two")]
    rows = list(compare("work", lambda: turns.append("ours"), *sides, rounds=2))
    assert turns == ["ours", "one", "two"] * 3
    assert [row.rival for row in rows] == ["one", "two"]


def test_the_table_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    rows = [Row(name="search", ours=0.1, rival="rg", theirs=0.05, goal=1, note="20,000 files")]
    page = table.write(table.PAGE.read_text(), "old table\n")
    page = table.write(page, table.markdown(rows))
    assert "old table" not in page
    assert "| search | 100 ms | rg    | 50 ms  | 0.5          | ≥ 1  | **missed** |\n" in page
    assert "- search, rg: 20,000 files\n" in page
    with pytest.raises(ValueError, match="measured: begin"):
        table.write("a page\n", "table\n")


def test_each_bench_is_one_file_that_yields_rows() -> None:
    from importlib import import_module

    for name in table.names():
        assert callable(import_module(f"native.benches.{name}").rows), name
