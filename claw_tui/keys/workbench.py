"""Keys of the workbench: they work wherever the keys are."""

from claw_tui.action import act

ACTIONS = (
    act("workbench.palette", "ctrl+p", "The palette: everything that can be done", short="palette", ahead=True),
    act("workbench.keys", "f1", "All keys", short="keys", ahead=True),
    act("workbench.queue", "tab", "To what waits for you, or to the next pane", call="go_on", short="queue"),
    act("workbench.back", "shift+tab", "To the pane before", call="next_pane(-1)"),
    act("workbench.prompt", "escape", "Back to the prompt, with the draft as it was", short="prompt"),
    act("workbench.zoom", "ctrl+o", "The pane with the keys alone, or all again", short="zoom", ahead=True),
    act("workbench.next_pane", "f6", "The next pane", call="next_pane(1)", short="panes", ahead=True),
    act(
        "workbench.conversation",
        "f2",
        "The conversation: go there, or close",
        call="pane('conversation')",
        ahead=True,
    ),
    act("workbench.trace", "f3", "The trace: go there, or close it", call="pane('trace')", ahead=True),
    act("workbench.diffs", "f4", "Diffs: go there, or close it", call="pane('diffs')", ahead=True),
    act("workbench.plan", "f5", "The plan: go there, or close it", call="pane('plan')", ahead=True),
    act("workbench.terminal", "f9", "Terminals: go there, or close it", call="pane('terminal')", ahead=True),
    act("workbench.context", "f10", "The context: go there, or close it", call="pane('context')", ahead=True),
    act("workbench.records", "f12", "The records: go there, or close it", call="pane('records')", ahead=True),
    act("workbench.settings", "f11 alt+comma", "The settings", ahead=True),
    act("workbench.lower", "shift+f7 f19", "Less height for the side pane", call="heighten(-2)", ahead=True),
    act("workbench.higher", "shift+f8 f20", "More height for the side pane", call="heighten(2)", ahead=True),
    act("workbench.narrower", "f7", "Less room for the conversation", call="resize(-4)", ahead=True),
    act("workbench.wider", "f8", "More room for the conversation", call="resize(4)", ahead=True),
    act("workbench.stop", "ctrl+c", "Stop the turn; empty the prompt; twice: leave", call="stop", ahead=True),
    act("workbench.suspend", "ctrl+z", "Back to the shell; `fg` comes back here", call="suspend", ahead=True),
    act("workbench.leave", "ctrl+q", "Leave", call="leave", ahead=True),
)
