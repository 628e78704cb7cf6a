"""Which session, folder, model and mode this is, and what it took so far."""

from claw_core.usage import totals
from claw_tui.command import ScreenFace
from claw_tui.commands.cost import money
from claw_tui.screens.reading import ReadingScreen


async def run(face: ScreenFace, words: str) -> None:
    """A table."""
    session = face.session
    spent = totals(list(face.records))
    rows: list[tuple[str, str]] = []
    if session is not None:
        filled = f"{spent.context:,} tokens"
        if session.window:
            filled += f" of {session.window:,} ({spent.context / session.window:.0%})"
        rows += [
            ("session", f"`{session.id}`"),
            ("title", session.title or "–"),
            ("folder", f"`{session.root}`"),
            ("model", f"`{session.provider}/{session.model}`"),
            ("permission mode", session.mode),
            ("at work", "yes" if session.running else "no"),
            ("context", filled),
        ]
    rows += [
        ("records", f"{len(face.records):,}"),
        ("model calls", f"{spent.all.calls:,}"),
        ("tokens", f"{spent.all.usage.input:,} in, {spent.all.usage.output:,} out"),
        ("cost", money(spent.all)),
        ("theme", face.look.name),
    ]
    table = "| | |\n|---|---|\n" + "\n".join(f"| {name} | {value.replace('|', '¦')} |" for name, value in rows)
    face.open(ReadingScreen(lambda: face.look, "status", table))
