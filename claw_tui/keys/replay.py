"""Keys of the replay."""

from claw_tui.action import act

ACTIONS = (
    act("replay.play", "space", "Play, or pause", short="play"),
    act("replay.next", "right", "The next record", call="step(1)", short="next"),
    act("replay.previous", "left", "The record before", call="step(-1)", short="back"),
    act("replay.next_turn", "right_square_bracket", "The next turn", call="turn(1)", short="turn"),
    act("replay.previous_turn", "left_square_bracket", "The turn before", call="turn(-1)"),
    act("replay.next_call", "full_stop", "The next tool call", call="call(1)", short="call"),
    act("replay.previous_call", "comma", "The tool call before", call="call(-1)"),
    act("replay.go_to", "g", "Go to a record, a time or a part: 120, 2:05, 50%", call="ask_place", short="go to"),
    act("replay.search", "slash", "Go to the next record that holds these words", short="search"),
    act("replay.search_on", "n", "The next one that does", call="search_on(1)"),
    act("replay.search_back", "N", "The one before that does", call="search_on(-1)"),
    act("replay.verify", "v", "Do it again from what was recorded, and say what comes out otherwise", short="verify"),
    act("replay.pauses", "i", "Skip the pauses, or not", call="pauses"),
    act("replay.fork", "F", "Go on from here, in a session of its own", short="fork"),
    act("replay.start", "home", "The beginning", call="jump(0)"),
    act("replay.end", "end", "The end", call="jump(1)"),
    act("replay.faster", "plus", "Faster", call="speed(1)"),
    act("replay.slower", "minus", "Slower", call="speed(-1)"),
)
