"""A session's title, folded from records."""

from collections.abc import Iterable

from claw_core.event import MAIN, PromptSubmitted, Record, SessionNamed

MOST = 80
"""Characters taken of a prompt."""


class Title:
    """The name that the session was given, or the first line of its first prompt."""

    def __init__(self) -> None:
        self.text = ""

    def add(self, record: Record) -> None:
        """Take a record into account."""
        match record.event:
            case SessionNamed(title=name):
                self.text = name
            case PromptSubmitted(text=text) if record.agent == MAIN and not self.text and text.strip():
                self.text = text.strip().splitlines()[0][:MOST]
            case _:
                pass


def title_of(records: Iterable[Record]) -> str:
    """The title that these records give."""
    title = Title()
    for record in records:
        title.add(record)
    return title.text
