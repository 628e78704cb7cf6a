"""What a notice tells of a session that went back, or made room in its window."""

from claw_core.event import ContextCompacted, SessionRewound


def went_back(rewound: SessionRewound) -> tuple[str, str]:
    """What was taken back, and how to take that back."""
    what = ("The talk and files" if rewound.files else "The talk") if rewound.talk else "Files"
    said = f"{what} went back to record {rewound.seq}."
    if rewound.files:
        said += f" Put back: {_named(rewound.files)}."
    if rewound.kept:
        said += f" Left as they are: {_named(rewound.kept)}."
    return said, "All of it is kept: `/rewind undo` takes this back."


def _named(files: tuple[str, ...]) -> str:
    more = f" and {len(files) - 5} more" if len(files) > 5 else ""
    return ", ".join(files[:5]) + more


def made_room(compacted: ContextCompacted) -> tuple[str, str]:
    """What became of the conversation, and what else there is to know of it."""
    why = {"asked": "", "full": "The window was nearly full. ", "refused": "The request was too long. "}
    told = compacted.told or "Older messages were replaced by a summary."
    sizes = f" {compacted.before:,} → {compacted.after:,} tokens." if compacted.before else ""
    rest = "Your own words are all still there. `/compact undo` sends the rest again."
    return f"{why[compacted.cause]}{told}{sizes}", rest
