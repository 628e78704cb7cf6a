"""Questions about shell lines: awkward ones, lines of the folder's files, and both with signs of the shell put in."""

import random
from collections.abc import Iterator

from claw_core.parity.case import Case, Engine, quoted
from claw_core.parity.corpus import Corpus

UNASKED: dict[str, str] = {}

DEEPEST, MOST_COMMANDS, MOST_WORDS = 8, 50, 300
LONGEST = 2000
"""Characters of a file that are read as one line of the shell; many lines of it are read by themselves."""
LINES_OF_A_FILE = 20

AWKWARD = (
    "A=1 B='x y' ls \"a $(b)\" c$d `e f` 2>&1 >>o",
    "cat <<E | grep x > o && ls foo\nhi $(rm x)\nE\npwd",
    "cat <<'E' <<-F\n$(not)\nE\n\t`yes`\n\tF",
    '[ -f "x$(ls)" -a b ] && export X=1 y',
    "find . -exec rm {} \\; ; ls a{b,c}d {} ~ ~u/x [a]*",
    "! (ls; pwd) | { cat; } &",
    "time -p { ls; } ; time A=b ls",
    "if a; then b; fi; for x in y; do z; done; case x in y) z;; esac",
    "f() { rm x; }; function g { ls; }; coproc ls",
    "echo $((1 + 2)) ${x:-$(y)} ${z} $1 $'a\\'b' $\"c\" $[3]",
    "a=(1 2) b[0]=3 c+=4 d",
    'ls \\\n -l a\\\nb "c\\\nd"',
    "cat <<E\nx\\\nE\nE",
    "ls >a 2>b; ls 2>a 01>b; ls >a >&2; ls 1<>a 2>&1; ls &>$a; ls >a 1<<<b 11>c",
    "{a}>o ls 12345>p <&- >&3- <<<w >&-x <>y >|z",
    'echo `a \\`b\\`` "`c \\"d`"',
    "'open", '"open', "`open", "$(open", "${open", "<<E\nopen", ">", "\\", ")", "a;;b",
)  # fmt: skip
SIGNS = (
    "'",
    '"',
    "\\",
    "`",
    "$(",
    ")",
    "<<E\n",
    "\nE\n",
    "\n",
    ";",
    "&&",
    "|",
    ">",
    "{",
    "}",
    "#",
    " ",
    "$x",
    "*",
    "=",
)


def cases(corpus: Corpus) -> Iterator[Case]:
    """Each line as it is, and spoiled."""
    chance = corpus.chance("command line")
    lines = list(AWKWARD)
    for sample in corpus.texts:
        text = sample.text.encode(errors="replace").decode()
        own = [line for line in text.splitlines() if line.strip()]
        lines += [text[:LONGEST], *chance.sample(own, min(len(own), LINES_OF_A_FILE))]
    for line in lines:
        for version in (line, _spoiled(line, chance)):
            yield Case("read_commands", quoted(version, 200), lambda engine, line=version: _read(line, engine))


def _spoiled(line: str, chance: random.Random) -> str:
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(line) + 1)
        line = line[:at] + chance.choice(SIGNS) + line[at + chance.randrange(2) :]
    return line


def _read(line: str, engine: Engine) -> object:
    """Its commands, and what the reader doubts that both have. The grammar's doubt, which the extension alone can
    have, is no difference: it only makes a line uncertain that the twin is certain of."""
    commands, doubt = engine.read_commands(line, DEEPEST, MOST_COMMANDS, MOST_WORDS)
    return commands, doubt if not doubt.startswith("the grammar") else ""
