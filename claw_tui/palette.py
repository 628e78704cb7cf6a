"""The palette: every action with all its keys and every command, to be found by typing."""

from claw_tui.command import ScreenFace, helps
from claw_tui.keymap import PLACES, actions, all_keys
from claw_tui.picker import Entry, Picker

REACHABLE = (
    "workbench",
    "prompt",
    "conversation",
    "trace",
    "diffs",
    "terminal",
    "context",
    "records",
    "permissions",
    "list",
    "replay",
)
"""The parts of the screen whose actions can be done from anywhere; the palette goes there first."""


def palette_entries(place: str = "workbench") -> list[Entry[str]]:
    """What can be done where the keys are, then commands as `/name`, then everything else; actions by their ids."""
    commands = [Entry(label=f"/{name}", detail=says, value=f"/{name}") for name, says in helps().items()]
    keys = [
        Entry(
            label=action.help,
            detail=PLACES[action.place].lower() if action.place != "workbench" else "",
            key=" ".join(all_keys(action.id)),
            value=action.id,
        )
        for action in actions(*REACHABLE)
        if action.id != "workbench.palette"
    ]
    near = [entry for entry in keys if entry.value.startswith(f"{place}.") and place != "prompt"]
    rest = [entry for entry in keys if entry not in near]
    return [*near, *(entry for entry in commands if entry.value != "/palette"), *rest]


def open_palette(face: ScreenFace) -> None:
    """Show it, and do what is picked."""

    def picked(value: str | None) -> None:
        if value is None:
            return
        if not value.startswith("/"):
            face.do(value)
        elif said := face.run_command(value[1:], ""):
            face.tell(said, wrong=True)

    face.open(
        Picker(lambda: face.look, "palette", palette_entries(face.place), placeholder="what would you like to do?"),
        picked,
    )
