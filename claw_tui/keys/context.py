"""Keys of the context."""

from claw_tui.action import act

ACTIONS = (
    act("context.compact", "c", "Make room now", short="compact"),
    act("context.copy", "y", "Copy the page", short="copy"),
)
