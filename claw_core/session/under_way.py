"""What is under way: the model calls and tool calls that have begun and not ended, in words for a person."""

from claw_core.event import CallFinished, CallStarted, ModelCalled, ModelReplied, Record


class UnderWay:
    """A fold of records."""

    def __init__(self) -> None:
        self._words: dict[str, str] = {}

    @property
    def words(self) -> tuple[str, ...]:
        """Each in a few words, the oldest first."""
        return tuple(self._words.values())

    def clear(self) -> None:
        """Nothing is any more."""
        self._words.clear()

    def add(self, record: Record) -> None:
        """Take a record into account."""
        match record.event:
            case ModelCalled(model=model):
                self._words[f"model of {record.agent}"] = f"model {model}"
            case ModelReplied():
                self._words.pop(f"model of {record.agent}", None)
            case CallStarted(id=call, name=name, target=target):
                self._words[call] = f"{name} {target}".strip()
            case CallFinished(id=call):
                self._words.pop(call, None)
            case _:
                pass
