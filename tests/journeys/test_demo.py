"""The demo, from start to end, as a person learns the keys with it; no network, nothing at stake."""

from pathlib import Path

import pytest

from tests.journeys.command import claw
from tests.journeys.terminal import Terminal, go_to_the_queue, waits


def answered(terminal: Terminal, target: str, key: str = "y") -> None:
    """Give this answer, and wait until it is taken."""
    go_to_the_queue(terminal, target)
    terminal.press(key)
    terminal.wait_for(lambda: not waits(terminal, target))


@pytest.mark.parametrize(("columns", "rows"), [(160, 50), (80, 24)])
def test_it_is_driven_from_start_to_end_with_the_keys(tmp_path: Path, columns: int, rows: int) -> None:
    with Terminal("demo", home=tmp_path, columns=columns, rows=rows) as terminal:
        answered(terminal, "shop/cart.py")
        answered(terminal, "python3 -m unittest -q")
        answered(terminal, "shop/receipt.py")
        answered(terminal, "python3 -m unittest -q")
        terminal.wait_for("── done")
        terminal.wait_for("That was the demo.")
        terminal.wait_for("Enter send")
        terminal.press("h", "i", "enter")
        terminal.wait_for("Send anything for the next stop.")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0


def test_hunks_are_reviewed_and_what_is_left_out_has_its_consequence(tmp_path: Path) -> None:
    with Terminal("demo", home=tmp_path, columns=160, rows=50) as terminal:
        go_to_the_queue(terminal, "shop/cart.py")
        terminal.press("space")
        terminal.wait_for("Tab queue  j next")
        assert "hunk 1 of 3" in terminal.screen()
        terminal.press("j", "j")
        terminal.wait_for("hunk 3 of 3")
        terminal.press("space")
        terminal.wait_for("Enter apply 2 of 3")
        terminal.press("enter")
        terminal.wait_for("You left some of it out")
        assert "1 hunk not taken" in terminal.screen()
        terminal.wait_for("Enter send")
        answered(terminal, "python3 -m unittest -q")
        answered(terminal, "shop/receipt.py")
        answered(terminal, "python3 -m unittest -q")
        terminal.wait_for("The tests still fail, because parts of the change were left out.")


def test_no_ends_it_politely(tmp_path: Path) -> None:
    with Terminal("demo", home=tmp_path, columns=100, rows=30) as terminal:
        answered(terminal, "shop/cart.py", "n")
        terminal.wait_for("All right, I leave that.")
        terminal.wait_for("── done")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0


def test_headless_it_plays_to_its_end(tmp_path: Path) -> None:
    done = claw("demo", "--headless", home=tmp_path, OPENAI_BASE_URL="http://127.0.0.1:9/v1")
    assert (done.returncode, done.stderr) == (0, "")
    assert "all three tests pass" in done.stdout
    assert "That was the demo." in done.stdout


def test_it_leaves_no_scratch_folder(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    assert claw("demo", "--headless", home=tmp_path, TMPDIR=str(scratch)).returncode == 0
    with Terminal("demo", home=tmp_path, TMPDIR=str(scratch)) as terminal:
        go_to_the_queue(terminal, "shop/cart.py")
        assert [entry.name.startswith("claw-demo-") for entry in scratch.iterdir()] == [True]
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
    assert list(scratch.iterdir()) == []
