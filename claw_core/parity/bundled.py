"""The folder that the audit always has: a tree that is awkward to search, scripts, sources, and what programs print."""

from pathlib import Path

from claw_core.parity.awkward_tree import write_tree

SOURCE = '''\
"""A cart."""

from dataclasses import dataclass, field


@dataclass
class Cart:
    """What somebody wants to buy."""

    lines: list[tuple[str, int, int]] = field(default_factory=list)

    def add(self, name: str, price: int, count: int = 1) -> None:
        if count < 1:
            raise ValueError(f"{count} of {name}")
        self.lines.append((name, price, count))

    def total(self) -> int:
        return sum(price * count for _, price, count in self.lines)


def receipt(cart: Cart) -> str:
    rows = [f"{name:<20} {count:>3} {price:>8.2f}" for name, price, count in cart.lines]
    return "\\n".join([*rows, "-" * 33, f"{'total':<20} {cart.total():>12.2f}"])
'''

SCRIPT = """\
#!/bin/sh
# Builds, tests and publishes.
set -eu
cd "$(dirname "$0")/.."
export CI=1 PATH="$HOME/.local/bin:$PATH"
for file in src/*.py tests/*.py; do
    [ -f "$file" ] || continue
    python -m py_compile "$file" >/dev/null 2>&1 || { echo "bad: $file" >&2; exit 1; }
done
git status --porcelain | grep -v '^??' | awk '{print $2}' | xargs -r -n1 wc -l
env -i PATH="$PATH" timeout 60 nice -n 5 make test && echo ok || exit $?
if test -n "${TOKEN:-}"; then curl -fsS -H "Authorization: Bearer $TOKEN" https://example.org/up -T dist.tar.gz; fi
case "$1" in
    start|stop) sudo systemctl "$1" shop ;;
    *) echo "usage: $0 start|stop" ;;
esac
cat <<END | tee notes.txt
version $(git describe --tags)
END
find . -name '*.tmp' -exec rm -f {} + ; rm -rf "${TMPDIR:-/tmp}/build" & wait
bash -c 'echo "nested $(echo deep)"' > /dev/null
(cd /tmp && tar xzf - ) < archive.tgz; diff <(sort a) <(sort b)
while read -r line; do printf '%s\\n' "$line"; done < <(ls -1)
"""

OUTPUTS = {
    "progress": "".join(f"\rfetching {percent:>3}% [{'=' * (percent // 5):<20}]" for percent in range(0, 101, 5))
    + "\n",
    "tests": "\x1b[1mtest session\x1b[0m\n\x1b[32m.\x1b[0m\x1b[31mF\x1b[0m\n\x1b[31m\x1b[1mfailed\x1b[0m in 0.1s\n",
    "moving": "one\ntwo\nthree\x1b[2A\rONE\x1b[K\x1b[2B\rlast\n\x1b[s\x1b[5;10Hthere\x1b[u here\x1b[J\n",
    "spinner": "".join(f"{sign} working\b\b\b\b\b\b\b\b\b" for sign in "|/-\\") + "\x1b[Kdone\n",
    "titles": "\x1b]0;title\x07\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\ \x1b[?1049h\x1b[?1049lback\n",
    "wide": "日本語 \x1b[7mé\u0301\x1b[27m 👩‍👩‍👧 end\r日\n" + "x" * 200 + "\n\ttab\tstop\n",
    "torn": "words \x1b[",
}


def write_bundled(folder: Path) -> Path:
    """Writes it below `folder`, and returns that."""
    write_tree(folder / "tree")
    (folder / "scripts").mkdir()
    (folder / "scripts" / "publish.sh").write_text(SCRIPT)
    (folder / "shop").mkdir()
    (folder / "shop" / "cart.py").write_text(SOURCE)
    (folder / "shop" / "windows.py").write_text(SOURCE, newline="\r\n")
    (folder / "output").mkdir()
    for name, text in OUTPUTS.items():
        (folder / "output" / f"{name}.ansi").write_text(text)
    return folder
