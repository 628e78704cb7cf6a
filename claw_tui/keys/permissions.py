"""Keys of what waits for the person."""

from claw_tui.action import act

ACTIONS = (
    act("permissions.allow_once", "y", "Allow this once", short="once"),
    act("permissions.allow_session", "a", "Allow this and what its rule covers, for this session", short="session"),
    act(
        "permissions.allow_always",
        "A",
        "Allow always: shows the rule and its file first",
        short="always",
    ),
    act("permissions.deny", "n", "Say no", short="no"),
    act("permissions.deny_with_reason", "N", "Say no, and tell the model why", short="no, because"),
    act("permissions.allow_with_comment", "c", "Allow once, with a comment for the model", short="comment"),
    act("permissions.review", "space enter d", "Look at it: hunk by hunk, the questions, the plan", short="review"),
    act("permissions.edit", "e", "Change the command or the new text, then allow it", short="edit"),
    act("permissions.mark", "m", "Mark it, or take the mark off; what is dangerous cannot be marked", short="mark"),
    act("permissions.allow_marked", "Y", "Allow all that is marked", short="marked"),
    act("permissions.stop", "x", "Say no, and stop the agent that asks", short="stop"),
    act("permissions.explain", "question_mark", "Why am I asked?", short="why"),
)
