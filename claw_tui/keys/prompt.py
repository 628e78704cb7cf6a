"""Keys of the prompt, and of the list that opens while a command or a mention is typed."""

from claw_tui.action import act

ACTIONS = (
    act("prompt.submit", "enter", "Send it; while the agent works it waits for the next pause", short="send"),
    act("prompt.newline", "shift+enter alt+enter ctrl+j", "A new line; so does \\ before Enter"),
    act("prompt.older", "up", "In the first row: what you said before; take back what waits"),
    act("prompt.newer", "down", "In the last row: what you said after that"),
    act("prompt.interrupt", "escape", "Stop what runs; twice in an empty prompt: rewind", short="interrupt"),
    act("prompt.mode", "shift+tab", "The next permission mode: plan, ask, edits, auto", short="mode"),
    act("prompt.recall", "ctrl+r", "Look through what you said before, in earlier sessions, too"),
    act("prompt.stash", "ctrl+s", "Put the draft aside, to say something else first; bring it back"),
    act("prompt.editor", "ctrl+g", "Write it in $EDITOR; where the cursor touches a pasted text, that text"),
    act("prompt.paste", "ctrl+v", "Paste a picture or words from the clipboard"),
    act("prompt.unfold", "ctrl+t", "The pasted text that the cursor touches, in place of its chip"),
    act("prompt.undo", "ctrl+underscore", "What stood there before"),
    act("completion.take", "tab", "Complete it", short="complete"),
    act("completion.next", "down", "The next one that fits", short="choose"),
    act("completion.previous", "up", "The previous one that fits"),
    act("completion.close", "escape", "Close the list", short="close"),
)
