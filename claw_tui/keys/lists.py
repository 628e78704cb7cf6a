"""Keys of lists: moving in any, picking from one, the help, the welcome screen."""

from claw_tui.action import act

ACTIONS = (
    act("list.down", "down j", "The next item"),
    act("list.up", "up k", "The previous item"),
    act("list.page_down", "pagedown ctrl+d", "A screenful down", call="page(1)"),
    act("list.page_up", "pageup ctrl+u", "A screenful up", call="page(-1)"),
    act("list.first", "home", "The first item"),
    act("list.last", "end G", "The last item, and stay at the end"),
    act("list.open", "enter", "Open it", call="pick"),
    act("list.references", "o", "Open a file or an address that is named there"),
    act("picker.down", "down ctrl+n", "The next entry"),
    act("picker.up", "up ctrl+p", "The previous entry"),
    act("picker.choose", "enter", "Choose it", short="choose"),
    act("help.close", "escape q f1", "Close the help", short="back"),
    act("welcome.down", "down j", "The next offer"),
    act("welcome.up", "up k", "The previous offer"),
    act("welcome.choose", "enter", "Take it", short="choose"),
    act("welcome.demo", "d", "The demo: learn the keys with nothing at stake", short="demo"),
    act("welcome.quit", "q ctrl+c", "Leave", short="leave"),
)
