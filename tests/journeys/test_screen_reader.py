"""The plain conversation at a real terminal: lines out, lines in, nothing drawn."""

from pathlib import Path

from tests.journeys.terminal import Terminal


def test_a_whole_task_is_told_and_answered_in_lines(tmp_path: Path) -> None:
    with Terminal("demo", "--screen-reader", home=tmp_path, columns=100, rows=400) as terminal:
        terminal.wait_for("Type /help for help.")
        for _ in range(20):
            answered = terminal.screen().count("Answered: ")
            terminal.wait_for(
                lambda: (
                    terminal.screen().count("Finished, ")
                    or terminal.screen().count("Answer yes") + terminal.screen().count("Answer with") > answered
                )  # noqa: B023
            )
            if "Finished, " in terminal.screen():
                break
            terminal.type("1\n" if terminal.screen().count("Answer with the number") > answered else "yes\n")
            terminal.wait_for(
                lambda: terminal.screen().count("Answered: ") > answered or "say it again" in terminal.screen()  # noqa: B023
            )
        assert "Claw: " in terminal.screen()
        terminal.type("/quit\n")
        assert terminal.ended() == 0
        assert b"\x1b" not in terminal.output, "nothing is drawn"
        assert terminal.modes() == terminal.modes_before
