"""Keys of the trace, and of a row of it that is opened."""

from claw_tui.action import act

ACTIONS = (
    act("trace.fold", "left h", "Fold it, or go to what it belongs to", call="fold"),
    act("trace.unfold", "right l", "Unfold it", call="unfold"),
    act("trace.fold_all", "minus", "Fold all turns", call="fold_all(True)"),
    act("trace.unfold_all", "plus", "Unfold everything", call="fold_all(False)"),
    act("trace.filter", "slash", "Show only what holds these words", call="search", short="filter"),
    act("trace.failures", "exclamation_mark", "Show only what went wrong, or all again", short="failures"),
    act("trace.waterfall", "w", "The waterfall, or none", short="waterfall"),
    act("trace.go_to", "g", "The place in the conversation", short="go to"),
    act("trace.fork", "F", "Go on from here, in a session of its own"),
    act("trace.copy", "y", "Copy the row"),
    act("detail.close", "escape q", "Back", short="back"),
    act("detail.next_tab", "tab right l", "The next tab", call="tab(1)", short="next tab"),
    act("detail.previous_tab", "shift+tab left h", "The previous tab", call="tab(-1)"),
    act("detail.copy", "y", "Copy all of this tab", short="copy"),
    act("detail.editor", "v", "Read this tab in $EDITOR", short="$EDITOR"),
)
