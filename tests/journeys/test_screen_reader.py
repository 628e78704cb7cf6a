"""The plain conversation at a real terminal: lines out, lines in, nothing drawn."""

from pathlib import Path

from tests.journeys.terminal import Terminal


def told(terminal: Terminal, words: str) -> int:
    """How often something was said."""
    return terminal.screen().count(words)


def answer(terminal: Terminal) -> None:
    """Say yes to the request that waits, or the first option, and again where it had only just come."""
    answered = told(terminal, "Answered: ")
    while told(terminal, "Answered: ") == answered:
        again = told(terminal, "say it again")
        terminal.type(
            "1\n" if told(terminal, "Answer with the number") > told(terminal, "Answered: reply") else "yes\n"
        )
        terminal.wait_for(lambda: told(terminal, "Answered: ") > answered or told(terminal, "say it again") > again)  # noqa: B023


def waits(terminal: Terminal) -> bool:
    """Whether more was asked than answered."""
    return told(terminal, "Answer yes") + told(terminal, "Answer with") > told(terminal, "Answered: ")


def test_a_whole_task_is_told_and_answered_in_lines(tmp_path: Path) -> None:
    with Terminal("demo", "--screen-reader", home=tmp_path, columns=100, rows=400) as terminal:
        terminal.wait_for("Type /help for help.")
        while not told(terminal, "Finished, "):
            terminal.wait_for(lambda: told(terminal, "Finished, ") or waits(terminal))
            if waits(terminal):
                answer(terminal)
        assert told(terminal, "Claw: ")
        terminal.type("/quit\n")
        assert terminal.ended() == 0
        assert b"\x1b" not in terminal.output, "nothing is drawn"
        assert terminal.modes() == terminal.modes_before
