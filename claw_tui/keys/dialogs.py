"""Keys of dialogs."""

from claw_tui.action import act

ACTIONS = (
    act("dialog.cancel", "escape", "Close without an answer; what was asked waits on", short="back", ahead=True),
    act("editor.confirm", "ctrl+s", "Take it as it is written here", short="take this"),
    act("editor.external", "ctrl+g", "Write it in $EDITOR", short="$EDITOR"),
    act("words.confirm", "enter", "Send it", short="send"),
    act("why.close", "question_mark q", "Close the explanation", short="close"),
    act("rule.confirm", "enter", "Keep this rule, and allow", short="keep"),
    act("rule.wider", "up", "A wider rule", call="width(1)", short="wider"),
    act("rule.narrower", "down", "A narrower rule", call="width(-1)", short="narrower"),
    act("question.confirm", "enter", "Answer, or go to the next question", short="answer"),
    act("question.choose", "space", "Choose the option, or take it back", short="choose"),
    act("question.down", "down", "The next option"),
    act("question.up", "up", "The previous option"),
    act("question.previous", "shift+tab", "Back to the question before"),
    act("plan.approve", "y", "Carry the plan out", short="approve"),
    act("plan.comment", "c", "Carry it out, with a comment", short="approve, and"),
    act("plan.keep_planning", "n", "Keep planning, with words on what to change", short="keep planning"),
)
