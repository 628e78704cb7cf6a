"""The tour of the keys: what the demo's model says to each prompt once its work is done."""

STOPS = (
    """\
**The conversation.** `F2` gives it the keys. `j` and `k` go from item to item and `Enter` opens one: a tool row shows \
what it found, a thought what was thought. `{` and `}` jump from prompt to prompt, `/` looks for words, `y` copies a \
message as it was written and `Y` one block of code. `Esc` brings you back here, wherever you are, with your draft as \
it was.

Send anything for the next stop.""",
    """\
**The trace.** `F3`. Everything that happened, as a tree with times, tokens and money. `Enter` opens a row: what was \
sent to the model, byte for byte, what changed since the request before, the answer, the timing, and who allowed a \
call. `!` shows only what went wrong, `w` hides the waterfall, `g` goes to the same place in the conversation.

Send anything for the next stop.""",
    """\
**The diffs.** `F4`. `1` what is proposed, `2` what this turn changed, `3` what changed since the session began, `u` \
side by side. While something is proposed: `space` leaves a hunk out or takes it, `Enter` applies what is taken.

Send anything for the next stop.""",
    """\
**What waits for you.** Asks never take a key from you: `Tab` goes to them, and only there do letters answer. `y` \
once, `a` for this session, `A` always, with the rule and its file shown first; `n` no, `N` no and why, `e` changes \
what is proposed. `m` marks several and `Y` allows them. `?` says why you are asked. What is dangerous is red, and \
wants a typed `yes`.

Send anything for the next stop.""",
    """\
**The modes.** `Shift+Tab` here goes through them: *plan* only reads, *ask* asks, *edits* lets me change files in this \
folder, *auto* runs commands inside a sandbox without asking. The border of the prompt has the mode's colour.

Send anything for the last stop.""",
    """\
**While I work** you can type: `Enter` sends it to me at the next pause, `↑` takes it back, `Esc` stops me. `Ctrl+R` \
finds what you said before, `Ctrl+G` opens your editor, `/` lists the commands. `Ctrl+P` is everything that can be \
done, and `F1` has every key.

That was the tour. `claw --model NAME` works with a model of yours; `claw models` says which can be had here.""",
)
END = "The demo ends here. `claw --model NAME` works with a model of yours."
