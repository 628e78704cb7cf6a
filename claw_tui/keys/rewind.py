"""Keys of the screen that goes back."""

from claw_tui.action import act

ACTIONS = (
    act("rewind.both", "enter", "Take back the talk and the files", call="go(True, True)", short="talk and files"),
    act("rewind.talk", "t", "Take back the talk alone", call="go(True, False)", short="talk"),
    act("rewind.files", "f", "Take back the files alone", call="go(False, True)", short="files"),
    act("rewind.over", "o", "Put back also what somebody else changed, or not", short="overwrite"),
    act("rewind.other", "tab", "To the difference, or to the list", call="other", short="look"),
    act("rewind.close", "escape q", "Back, with nothing changed", short="back"),
)
