"""Shell lines taken apart, as the gate does before every command."""

from collections.abc import Iterator
from pathlib import Path

from claw_core.native import _native
from claw_core.reference import command_line as twin
from native.benches.row import Rival, Row, compare

LINES = (
    "git status --porcelain",
    "cd src && git diff --stat HEAD~1 -- '*.py' | grep -v \"test_\" > /tmp/out 2>&1",
    'env -i PATH="$PATH" timeout 60 nice -n 5 make -j4 test && echo ok || exit $?',
    "find . -name '*.tmp' -exec rm -f {} + ; rm -rf \"${TMPDIR:-/tmp}/build\" & wait",
    "cat <<'END' | tee notes.txt\nversion 1\nEND\nbash -c 'echo \"nested $(echo deep)\"' > /dev/null",
)
COUNT = 1_000
LIMITS = (20, 200, 1000)


def rows(_: Path) -> Iterator[Row]:
    """A thousand lines by the extension, which asks two readers, and by the twin, which is the first of them."""
    lines = [LINES[number % len(LINES)] for number in range(COUNT)]

    def ours() -> object:
        return [_native.read_commands(line, *LIMITS) for line in lines]

    def theirs() -> object:
        return [twin.read_commands(line, *LIMITS) for line in lines]

    assert ours() == theirs()
    yield from compare(f"{COUNT:,} shell lines taken apart", ours, Rival("the twin", theirs))
