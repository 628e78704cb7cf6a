"""Keys of the conversation."""

from claw_tui.action import act

ACTIONS = (
    act("conversation.first", "g", "The very beginning"),
    act("conversation.previous_prompt", "left_curly_bracket", "The prompt before", call="next_prompt(-1)"),
    act("conversation.next_prompt", "right_curly_bracket", "The next prompt", call="next_prompt(1)", short="prompts"),
    act("conversation.search", "slash", "Look for words", short="search"),
    act("conversation.next_match", "n", "The next place that holds them", call="next_match(1)"),
    act("conversation.previous_match", "N", "The previous place that holds them", call="next_match(-1)"),
    act("conversation.copy", "y", "Copy the message, as it was written", short="copy"),
    act("conversation.copy_block", "Y", "Copy the block: of code, without its fence"),
    act("conversation.print", "left_square_bracket", "Print the whole conversation to the terminal's own scrollback"),
    act("conversation.transcript", "v", "Read the whole conversation in $EDITOR", short="$EDITOR"),
)
