"""Keys of the records."""

from claw_tui.action import act

ACTIONS = (
    act("records.search", "slash", "Show only what holds these words", short="search"),
    act("records.copy", "y", "Copy the record as JSON", short="copy"),
    act("records.go_to", "g", "The place in the conversation", short="go to"),
)
