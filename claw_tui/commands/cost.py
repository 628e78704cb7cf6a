"""Tokens and money, in all and by model."""

from collections.abc import Iterable

from claw_core.event import CallStarted, Record
from claw_core.usage import Spent, totals
from claw_tui.command import ScreenFace
from claw_tui.screens.reading import ReadingScreen


async def run(face: ScreenFace, words: str) -> None:
    """Folded from the records, so a replay says it too."""
    spent = totals(list(face.records))
    text = cost_table(spent.by_model)
    if len(spent.by_agent) > 1:
        text += "\n\n## By agent\n\n" + cost_table(by_errand(spent.by_agent, face.records), "agent")
    face.open(ReadingScreen(lambda: face.look, "cost", text))


def by_errand(agents: dict[str, Spent], records: Iterable[Record]) -> dict[str, Spent]:
    """Sub-agents by what they were sent to do; a number keeps those apart that were sent to do the same."""
    sent = {record.event.id: record.event.target for record in records if isinstance(record.event, CallStarted)}
    named: dict[str, Spent] = {}
    for agent, spent in agents.items():
        name, number = sent.get(agent, agent), 2
        while name in named:
            name, number = f"{sent[agent]} ({number})", number + 1
        named[name] = spent
    return named


def cost_table(models: dict[str, Spent], of: str = "model") -> str:
    """The table as Markdown."""
    if not models:
        return "No model was called yet."
    rows = [_row(name, spent) for name, spent in models.items()]
    if len(models) > 1:
        whole = Spent()
        for spent in models.values():
            whole.usage += spent.usage
            whole.cost += spent.cost
            whole.unpriced += spent.unpriced
            whole.calls += spent.calls
        rows.append(_row("**all**", whole))
    head = f"| {of} | calls | in | cached | out | thoughts | cost |\n|---|--:|--:|--:|--:|--:|--:|\n"
    note = (
        "\n\nWhere no price is known, none is made up: it shows as `$?` elsewhere."
        if any(spent.unpriced for spent in models.values())
        else ""
    )
    return head + "\n".join(rows) + note


def _row(name: str, spent: Spent) -> str:
    usage = spent.usage
    numbers = (spent.calls, usage.input, usage.cached, usage.output, usage.reasoning)
    return f"| {name} | " + " | ".join(f"{number:,}" for number in numbers) + f" | {money(spent)} |"


def money(spent: Spent) -> str:
    """US dollars, with as many digits as matter; or that the price is unknown."""
    if spent.unpriced == spent.calls and spent.calls:
        return "price unknown"
    known = f"${spent.cost:.4f}" if spent.cost < 0.1 else f"${spent.cost:.2f}"
    return f"{known} and more" if spent.unpriced else known
