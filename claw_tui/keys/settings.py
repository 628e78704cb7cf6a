"""Keys of the settings."""

from claw_tui.action import act

ACTIONS = (
    act("settings.change", "enter", "Change it: turn it over, choose, or write", short="change"),
    act("settings.unset", "ctrl+d", "Take it out of your file again", short="take out", ahead=True),
    act("settings.own", "tab", "Changes are for all projects, or for this one", short="where"),
    act("settings.editor", "ctrl+g", "Your file in $EDITOR", short="$EDITOR", ahead=True),
    act("settings.next", "down ctrl+n", "The next setting", call="move(1)"),
    act("settings.previous", "up ctrl+p", "The previous setting", call="move(-1)"),
    act("settings.page_down", "pagedown", "A screenful down", call="page(1)"),
    act("settings.page_up", "pageup", "A screenful up", call="page(-1)"),
    act("settings.keep", "ctrl+s", "Keep what was written", short="keep"),
    act("settings.close", "escape", "Back; what is being written is dropped first", short="back", ahead=True),
)
