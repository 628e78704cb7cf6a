"""Keys of the diff pane."""

from claw_tui.action import act

ACTIONS = (
    act("diffs.next_hunk", "j down", "The next hunk", short="next"),
    act("diffs.previous_hunk", "k up", "The previous hunk"),
    act("diffs.take", "space", "Take this hunk, or leave it out", short="hunk"),
    act("diffs.take_all", "asterisk", "Take all hunks, or none"),
    act("diffs.apply", "enter", "Apply the hunks that are taken", short="apply"),
    act("diffs.deny", "n", "Say no to all of it", short="no"),
    act("diffs.split", "s", "Split this hunk into smaller ones", short="split"),
    act("diffs.edit", "e", "Change this hunk by hand", short="edit"),
    act("diffs.edit_all", "E", "Change the whole new text, then allow it"),
    act("diffs.next_proposal", "right_square_bracket", "The next proposal", call="proposal(1)"),
    act("diffs.previous_proposal", "left_square_bracket", "The previous proposal", call="proposal(-1)"),
    act("diffs.proposed", "1", "What is proposed", call="source('proposed')"),
    act("diffs.turn", "2", "What this turn changed", call="source('turn')"),
    act("diffs.session", "3", "What changed since the session began", call="source('session')"),
    act("diffs.side_by_side", "u", "Side by side, or one below the other", short="side by side"),
    act("diffs.copy", "c", "Copy this hunk"),
)
