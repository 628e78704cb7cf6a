"""Keys of the terminal pane, while they do not go to the command in it."""

from claw_tui.action import act

ACTIONS = (
    act("terminal.type", "i", "Type into the command (Enter, too)", short="type"),
    act("terminal.out", "ctrl+right_square_bracket", "While keys go to the command: keys are for claw again"),
    act("terminal.next", "right l", "The next command", call="other(1)", short="next"),
    act("terminal.previous", "left h", "The previous command", call="other(-1)"),
    act("terminal.stop", "x", "Send Ctrl+C to the command", short="stop"),
    act("terminal.copy", "y", "Copy all that it printed"),
    act("terminal.editor", "v", "Read all that it printed in $EDITOR"),
    act("terminal.go_to", "g", "The call in the conversation"),
)
