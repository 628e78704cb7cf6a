"""The skeleton: the outline of the workspace, drawn before anything else is loaded.

Textual takes a few hundred milliseconds to be there. A person sees a screen after a few: its ground, its status line
and its prompt, in the colours of the theme that was used last. Letters show in that prompt, and wait for the real one.
Where it cannot be known yet that there will be a workspace (a command, an option that may be wrong), or where nobody
would see one, nothing is drawn. Nothing but what Python has loaded anyway is imported here.
"""

import os
import sys
import termios
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress

TYPE_CHECKING = False  # where `typing` has it, it would have to be loaded from
if TYPE_CHECKING:
    from claw_tui.first_keys import FirstKeys

ENTER, LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?1049l\x1b[?25h"
NARROWEST, LOWEST = 40, 10
PROMPT = 4
"""The column, from 1, where the words of the prompt begin."""
TAKING_ONE = ("--model", "--resume", "--cwd")
"""Options that cannot be mistaken, whatever word follows."""

ROLES = ("ground.screen", "ground.raised", "text.body", "line.focus", "text.prompt")
"""What a theme's colours are remembered of."""


NEVER = "never\n"
"""What is remembered where no screen is wanted."""


class _Drawn:
    modes: "list[object] | None" = None
    """The terminal's modes before."""
    shown = False
    keys: "FirstKeys | None" = None
    """Who takes what is typed meanwhile."""


_drawn = _Drawn()


@contextmanager
def drawn(words: Sequence[str], environ: Mapping[str, str]) -> "Generator[None]":
    """It is there meanwhile, or until the real screen comes; then the terminal is as it was, whatever happened."""
    try:
        draw(words, environ)
        yield
    finally:
        remove()


def _end_properly() -> None:
    """A signal that would end the process at once lets it leave the terminal as it was."""
    import signal

    def leave(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)


def draw(words: Sequence[str], environ: Mapping[str, str]) -> bool:
    """Draw it where these words of a command line lead to the workspace; whether it was drawn."""
    if not _leads_there(words) or not can_show(environ):
        return False
    try:
        columns, rows = os.get_terminal_size(1)
        if columns < NARROWEST or rows < LOWEST:
            return False
        colours = _colours(environ)
        if colours is None:
            return False
        outline = picture(columns, rows, os.getcwd(), colours)
        _end_properly()
        _drawn.modes = termios.tcgetattr(0)
        quiet = termios.tcgetattr(0)
        quiet[3] &= ~(termios.ECHO | termios.ICANON)
        termios.tcsetattr(0, termios.TCSANOW, quiet)
        _drawn.shown = True
        _write(ENTER + outline)
        _drawn.keys = _listen(columns, rows, colours)
    except (OSError, termios.error):  # what is the matter is told by who needs the terminal
        return False
    return True


def can_show(environ: Mapping[str, str]) -> bool:
    """Whether there is a terminal that can show a screen, and a person who can see it."""
    if environ.get("TERM", "") in ("", "dumb", "unknown") or environ.get("CLAW_SCREEN_READER", "") not in ("", "0"):
        return False
    return all(os.isatty(descriptor) for descriptor in (0, 1, 2))


def _listen(columns: int, rows: int, colours: Mapping[str, str]) -> "FirstKeys":
    from claw_tui.first_keys import FirstKeys

    pen = _pen("text.body", "ground.screen", colours)

    def show(letters: str, at: int) -> None:
        os.write(1, f"\x1b[{rows - 1};{PROMPT + at}H{pen}{letters}\x1b[0m".encode())

    return FirstKeys(0, show, columns - PROMPT)


def take_over() -> "tuple[bool, list[object] | None, bytes]":
    """The real screen comes, and takes what is typed from now on: whether it finds the skeleton there, the terminal's
    modes before it, and what was typed meanwhile."""
    shown, _drawn.shown = _drawn.shown, False
    return shown, _drawn.modes, _typed()


def _typed() -> bytes:
    keys, _drawn.keys = _drawn.keys, None
    return keys.stop() if keys is not None else b""


def remove() -> None:
    """The terminal is as it was, whatever happened meanwhile."""
    _typed()
    if _drawn.shown:
        _drawn.shown = False
        with suppress(OSError):
            _write(LEAVE)
    modes, _drawn.modes = _drawn.modes, None
    if modes is not None:
        with suppress(termios.error):  # the terminal is gone
            termios.tcsetattr(0, termios.TCSANOW, modes)  # pyright: ignore[reportArgumentType]  as tcgetattr gave them


def picture(columns: int, rows: int, folder: str, colours: Mapping[str, str]) -> str:
    """The outline, as a terminal is told to draw it."""

    body, line = _pen("text.body", "ground.screen", colours), _pen("line.focus", "ground.screen", colours)
    raised, sign = _pen("text.body", "ground.raised", colours), _pen("text.prompt", "ground.screen", colours)
    home = os.path.expanduser("~")
    shown = f"~{folder[len(home) :]}" if folder.startswith(home + "/") else folder
    status = "".join(letter for letter in f" claw  {shown}" if letter.isascii() and letter.isprintable())[:columns]
    drawn = [f"\x1b[1;1H{raised}{status:<{columns}}"]
    drawn += [f"\x1b[{row};1H{body}{' ' * columns}" for row in range(2, rows - 2)]
    inner = columns - 2
    drawn.append(f"\x1b[{rows - 2};1H{line}╭{'─' * inner}╮")
    drawn.append(f"\x1b[{rows - 1};1H{line}│{sign}›{' ' * (inner - 1)}{line}│")
    drawn.append(f"\x1b[{rows};1H{line}╰{'─' * inner}╯\x1b[0m")
    return "".join(drawn)


def _pen(role: str, ground: str, colours: Mapping[str, str]) -> str:
    codes = [f"{kind};2;{colours[name]}" for kind, name in ((38, role), (48, ground)) if name in colours]
    return f"\x1b[0;{';'.join(codes)}m" if codes else "\x1b[0m"


def remember(colours: Mapping[str, str] | None, environ: Mapping[str, str]) -> None:
    """These are the colours of the theme in use; None: no screen is wanted. Where that cannot be kept, it has none."""
    wanted = "".join(f"{role} {_decimal(colours[role])}\n" for role in ROLES) if colours is not None else NEVER
    path = _memory(environ)
    with suppress(OSError), open(path) as file:
        if file.read() == wanted:
            return
    with suppress(OSError):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(f"{path}.new", "w") as file:
            file.write(wanted)
        os.replace(f"{path}.new", path)


def _colours(environ: Mapping[str, str]) -> Mapping[str, str] | None:
    """The colours to draw with, none where they are not known; None where nothing shall be drawn."""
    try:
        with open(_memory(environ)) as file:
            text = file.read(4096)
    except (OSError, UnicodeDecodeError):
        return {}
    if text == NEVER:
        return None
    if environ.get("NO_COLOR") or environ.get("COLORTERM", "") not in ("truecolor", "24bit"):
        return {}
    lines = [line.split() for line in text.splitlines()]
    return {words[0]: words[1] for words in lines if len(words) == 2 and words[1].replace(";", "").isdecimal()}


def _memory(environ: Mapping[str, str]) -> str:
    cache = environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(cache, "claw", "skeleton")


def _decimal(colour: str) -> str:
    return ";".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))


def _leads_there(words: Sequence[str]) -> bool:
    """Whether these words lead to the workspace or the demo for sure; others do so perhaps."""
    left = list(words)
    while len(left) > 1 and left[0] in TAKING_ONE and not left[1].startswith("-"):
        del left[:2]
    if len(left) > 1:
        return False
    return not left or left == ["demo"] or (" " in left[0].strip() and not left[0].startswith("-"))


def _write(text: str) -> None:
    sys.stdout.flush()
    os.write(1, text.encode())
