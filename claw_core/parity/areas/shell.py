"""Questions to the shell: commands on a terminal, with files of the folder as what they print, and what of that a
person would have seen."""

import random
import re
import select
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from claw_core.parity.case import Case, Engine
from claw_core.parity.corpus import Corpus

UNASKED = {
    "Confinement": "plain Python can confine nothing, and says so",
    "sandbox_support": "it tells what the extension can have the kernel hold, and plain Python nothing",
}

ENVIRONMENT = [("PATH", "/usr/local/bin:/usr/bin:/bin"), ("LC_ALL", "C")]
PATIENCE = 10.0
"""Seconds that a command may take; each needs some milliseconds."""
PLAIN = 1 << 16
"""Bytes of a file that are drawn as they are."""
PRINTED = 6
"""Files that are printed."""

SEQUENCES = (
    *("\r", "\b", "\t", "\x1b[K", "\x1b[2K", "\x1b[1K", "\x1b[31m", "\x1b[0m", "\x1b[3C", "\x1b[2D", "\x1b[5G"),
    *(
        "\x1b[A",
        "\x1b[2;4H",
        "\x1b[J",
        "\x1b]0;title\x07",
        "\x1b]8;;x\x1b\\",
        "\x1b(B",
        "\x1b",
        "\x9b",
        "\x07",
        "\x1b[",
    ),
)
"""What programs put between the words they print, whole and torn."""

_UNSETTLED = re.compile(
    "[^\x00-\u036f\u0391-\u03a1\u03a3-\u03c9\u0410-\u044f\u2010-\u2027\u2190-\u22ff\u2500-\u257f\u3041-\u3096"
    "\u30a1-\u30fa\u4e00-\u9fcc\uac00-\ud7a3\udc80-\udcff\ufffd\U0001f600-\U0001f64f]"
)
"""Letters, signs and pictures but for those of the commonest scripts, and bytes that are no text."""


@dataclass(frozen=True, slots=True)
class Command:
    """A line of shell."""

    line: str
    stdin: bytes | None = None
    """None: it reads the terminal."""
    signal: int | None = None
    """Sent once it has printed something."""


COMMANDS = (
    Command("exit 3"),
    Command("kill -TERM $$"),
    Command("printf 'one\\ntwo'; printf 'three\\n' >&2"),
    Command("stty size; test -t 0 && test -t 1 && echo a terminal"),
    Command("cat", stdin=b"line\n" * 2000),
    Command("wc -c", stdin=b""),
    Command("test -t 0 || echo a pipe", stdin=b""),
    Command('pwd; echo "$LC_ALL"'),
    Command("trap 'echo stopping; exit 7' INT; echo ready; while :; do sleep 0.01; done", signal=signal.SIGINT),
    Command("echo ready; sleep 60", signal=signal.SIGKILL),
    Command("printf '\\377\\000\\033[31m'"),
    Command("i=0; while [ $i -lt 2000 ]; do echo $i; i=$((i + 1)); done"),
)


def cases(corpus: Corpus) -> Iterator[Case]:
    """Commands, files printed by `cat`, and texts with control sequences in them."""
    where = str(corpus.folder)
    for command in COMMANDS:
        yield Case("Process", command.line, partial(_ran, ["/bin/sh", "-c", command.line], where, command))
    for sample in corpus.samples[:PRINTED]:
        words = ["cat", str(sample.path)]
        yield Case("Process", f"cat {corpus.named(sample.path)}", partial(_ran, words, where, Command("")))
    yield Case("Process", "a program that is not there", partial(_refused, ["/nowhere/program"], where))
    yield Case("Process", "a folder that is not there", partial(_refused, ["true"], "/nowhere"))
    chance = corpus.chance("shell")
    for sample in corpus.samples:
        drawn = settled(sample.data[:PLAIN])
        yield Case("Terminal", corpus.named(sample.path), partial(_drawn, drawn))
        printed = coloured(drawn[:4096].decode("utf-8", "replace"), chance).encode("utf-8", "replace")
        yield Case("Terminal", f"{corpus.named(sample.path)} with control sequences", partial(_drawn, printed))


def settled(data: bytes) -> bytes:
    """Without characters whose width differs between versions of Unicode: the two engines bring their own."""
    return _UNSETTLED.sub("?", data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def coloured(text: str, chance: random.Random) -> str:
    """The text as a program might print it to a terminal."""
    words = re.findall(r"\w+|\W", text)
    return "".join(word if chance.random() < 0.7 else chance.choice(SEQUENCES) + word for word in words)


def _drawn(data: bytes, engine: Engine) -> object:
    """What was seen, of bytes that came in two pieces."""
    terminal = engine.Terminal(24, 80, keep=16384, newline=True)
    left = terminal.feed(data[: len(data) // 3]) + terminal.feed(data[len(data) // 3 :]) + terminal.finish()
    return left, terminal.seen(), terminal.rows(), terminal.picture(), terminal.on_screen(), terminal.replies()


def _ran(argv: list[str], cwd: str, command: Command, engine: Engine) -> object:
    """All its output, its exit code and the signal that ended it. Raises TimeoutError, with the process killed."""
    piped = command.stdin is not None
    process = engine.Process.spawn(argv, cwd, ENVIRONMENT, rows=24, columns=80, piped=piped)
    until = time.monotonic() + PATIENCE
    output = bytearray()
    left, number = command.stdin or b"", command.signal
    with closing(process):
        if not piped:
            process.write(b"\x04")
        while (data := process.read(65536)) != b"":
            output += data or b""
            if output and number is not None:
                process.signal(number)
                number = None
            if process.input_fileno() is not None:
                left = left[process.write(left) :] if left else left
                if not left:
                    process.end_input()
            if data is None:
                select.select([process.output_fileno()], [], [], 0.01 if left else 0.1)
            if time.monotonic() > until:
                process.signal(signal.SIGKILL)
                raise TimeoutError("it did not end")
        while (ended := process.reap()) is None and time.monotonic() < until:
            time.sleep(0.001)
    return bytes(output), ended


def _refused(argv: list[str], cwd: str, engine: Engine) -> object:
    try:
        engine.Process.spawn(argv, cwd, ENVIRONMENT, rows=24, columns=80, piped=False).close()
    except OSError as error:
        return type(error).__name__
    return "started"
