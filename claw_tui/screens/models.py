"""The models that can be talked to now, to pick from; and why not to the others."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from claw_tui.picker import Entry, Picker
from claw_tui.theme import Theme

if TYPE_CHECKING:
    from claw_core.reach import Reach


class ModelsScreen(Picker[str]):
    """Returns `provider/model`; an empty text for one that cannot be picked."""

    def __init__(self, theme: Callable[[], Theme], found: "Sequence[Reach]", *, current: str = "") -> None:
        entries = model_entries(found, current)
        at = next((place for place, entry in enumerate(entries) if entry.value == current), 0)
        super().__init__(theme, "model", entries, at=at, placeholder="type to narrow, or /model provider/name")


def model_entries(found: "Sequence[Reach]", current: str) -> list[Entry[str]]:
    """The model in use, all that are known of those that are ready, then who is not and why."""
    entries = [
        Entry(
            label=f"{reach.provider}/{model}",
            detail=f"{reach.label}{' · now' if f'{reach.provider}/{model}' == current else ''}",
            value=f"{reach.provider}/{model}",
        )
        for reach in found
        if reach.ready
        for model in reach.models
    ]
    if current and current not in {entry.value for entry in entries}:
        entries.insert(0, Entry(label=current, detail="now", value=current))
    for reach in found:
        if not (reach.ready and reach.models):
            why = f"/model {reach.provider}/name" if reach.ready else reach.why
            entries.append(Entry(label=reach.provider, detail=f"{reach.label} · {why}", value=""))
    return entries
