"""What it took: tokens and money, folded from records."""

from dataclasses import dataclass, field

from claw_core.counting import Meter
from claw_core.event import ModelCalled, ModelReplied, Record
from claw_core.message import Usage


@dataclass(slots=True, kw_only=True)
class Spent:
    """Tokens and money of some model calls."""

    usage: Usage = field(default_factory=Usage)
    cost: float = 0.0
    """US dollars of the calls whose price is known."""
    unpriced: int = 0
    """Calls whose price is not known."""
    calls: int = 0

    def add(self, reply: ModelReplied) -> None:
        """Count one answer."""
        self.usage += reply.usage
        self.calls += 1
        if reply.cost is None:
            self.unpriced += 1
        else:
            self.cost += reply.cost

    @property
    def price(self) -> float | None:
        """US dollars in all; None where any part of it is unknown."""
        return None if self.unpriced else self.cost


class Totals:
    """What a session took: in all, by model, and what fills the window now."""

    def __init__(self) -> None:
        self.all = Spent()
        self.by_model: dict[str, Spent] = {}
        """By `provider/model`."""
        self.by_agent: dict[str, Spent] = {}
        """By agent: `main`, `compaction`, a sub-agent's call."""
        self.meter = Meter()
        """What fills the main agent's window."""
        self._called: dict[str, str] = {}

    def add(self, record: Record) -> None:
        """Take a record into account."""
        match record.event:
            case ModelCalled(provider=provider, model=model):
                self._called[record.agent] = f"{provider}/{model}"
            case ModelReplied() as reply:
                self.all.add(reply)
                name = self.model_of(record) or reply.model
                self.by_model.setdefault(name, Spent()).add(reply)
                self.by_agent.setdefault(record.agent, Spent()).add(reply)
            case _:
                pass
        self.meter.add(record)

    def model_of(self, record: Record) -> str:
        """Whom the agent of a record talks to, as `provider/model`; empty where nobody was asked yet."""
        return self._called.get(record.agent, "")

    @property
    def context(self) -> int:
        """Tokens that fill the main agent's window now; 0 where nothing was sent yet."""
        return self.meter.context


def totals(records: list[Record]) -> Totals:
    """What these records add up to."""
    result = Totals()
    for record in records:
        result.add(record)
    return result
