"""A shell line is taken apart as bash would, proved with bash itself; what nothing is certain about is said."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from claw_core.native.command_line import LONGEST, read_line
from claw_core.permissions.command_line import SimpleCommand, parse
from tests.native.shell_lines import PROGRAMS, lines, loose, spoiled

Ran = tuple[str, ...]
RecordOf = Callable[[str], list[Ran]]
BASH = "/bin/bash"
RECORD, UNIT = "\x1e", "\x1f"


@pytest.fixture(scope="module")
def programs_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordOf]:
    """Runs a line in bash, in an empty folder, and gives every program that was started, with its words.

    The only programs on its path are ours and what starts them, each of ours writes down how it was called, and so
    does the shell for every name that it finds no program of.
    """
    if not Path(BASH).exists():
        pytest.skip("there is no bash here")
    home = tmp_path_factory.mktemp("bash")
    (home / "bin").mkdir()
    for name in PROGRAMS:
        script = home / "bin" / name
        script.write_text(f'#!/bin/sh\nprintf \'%s{UNIT}\' "{RECORD}${{0##*/}}" "$@" >> "$RECORD"\n')
        script.chmod(0o755)
    for name in ("timeout", "env", "nice", "nohup", "setsid", "stdbuf", "ionice", "xargs", "find", "cat"):
        if found := shutil.which(name):
            (home / "bin" / name).symlink_to(found)
    for name in ("bash", "sh"):
        (home / "bin" / name).symlink_to(BASH)
    missing = f'() {{ printf \'%s{UNIT}\' "{RECORD}$1" "${{@:2}}" >> "$RECORD"; }}'
    count = 0

    def run(line: str) -> list[Ran]:
        nonlocal count
        count += 1
        # What still runs in the background writes to a record that nobody reads any more.
        record, work = home / f"record-{count}", home / f"work-{count}"
        record.touch()
        work.mkdir()
        environment = {
            "PATH": str(home / "bin"),
            "HOME": "~",
            "LC_ALL": "C.UTF-8",
            "RECORD": str(record),
            "BASH_FUNC_command_not_found_handle%%": missing,
        }
        with subprocess.Popen(
            [BASH, "-c", line],
            env=environment,
            cwd=work,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as bash:
            try:
                bash.communicate(timeout=5)
            except subprocess.TimeoutExpired:
                os.killpg(bash.pid, 9)
        shutil.rmtree(work, ignore_errors=True)
        calls = record.read_text(errors="replace").split(RECORD)[1:]
        return [tuple(call.split(UNIT)[:-1]) for call in calls]

    yield run
    shutil.rmtree(home, ignore_errors=True)


def reports(command: SimpleCommand, ran: Ran) -> bool:
    """Whether a program that ran is this command, as far as its words are known."""
    known = min(command.expanded | command.globbed, default=None)
    return bool(command.words) and command.words[:known] == ran[:known]


def assert_nothing_hides(line: str, programs_of: RecordOf) -> None:
    parsed = parse(line)
    if parsed.uncertain or "\0" in line:
        return
    wrappers = {name for command in parsed.commands for name in command.wrapped_by}
    for ran in programs_of(line):
        assert ran[0] in wrappers or any(reports(command, ran) for command in parsed.commands), (ran, parsed.commands)


@settings(max_examples=60, deadline=None)
@given(line=lines)
@example(line="time { p1; }")
@example(line="time time A=b p1")
@example(line="{a}>o p1")
@example(line=">o ! p1")
@example(line="echo $\\\n(p1)")
@example(line='echo "$\\\n(p1)"')
@example(line="cat <<E\nx\\\nE\n: '\nE\np1 #'")
@example(line="cat <<E $(echo a\nb)\nx\nE\np1")
@example(line="find . -maxdepth 0 -exec p1 + \\; -exec p2 \\;")
@example(line="A=b p1 & p2 | p3 && wait")
def test_every_program_that_bash_starts_is_reported_or_the_line_is_uncertain(line: str, programs_of: RecordOf) -> None:
    assert_nothing_hides(line, programs_of)


@settings(max_examples=60, deadline=None)
@given(line=spoiled() | loose)
@example(line=">&-*")
@example(line="time -p A='b c' p\"'1\" && p1'")
def test_nor_does_a_program_hide_in_a_line_that_is_hardly_right(line: str, programs_of: RecordOf) -> None:
    assert_nothing_hides(line, programs_of)


RUNS_TEXT = (
    "RANDOM='a[$(p1)]'",
    "OPTIND='a[$(p1)]'",
    "declare -i x; x='a[$(p1)]'",
    "declare 'a[$(p1)]=1'",
    "[ -v 'a[$(p1)]' ]",
    "test -v 'a[$(p1)]'",
    "printf -v 'a[$(p1)]' x",
    "read 'a[$(p1)]' <<< x",
    "let 'a[$(p1)]'",
    "a[$(p1)]=1",
    "mapfile -C 'p1;' -c 1 <<< x",
    "compgen -C p1",
    "compgen -W '$(p1)'",
    "jobs -x p1",
    "trap p1 EXIT",
    "PS4='$(p1)'; set -x; :",
    "export PS4='$(p1)'; set -x; :",
    "env 'BASH_FUNC_x%%=() { p1; }' bash -c x",
    "alias x=p1\nset -o posix\nx",
    "alias x=p1; shopt -s expand_aliases\nx",
    "command_not_found_handle() { p1; }; nothing",
    "printf p1 | source /dev/stdin",
    "hash -p ${PATH%%:*}/p1 x; x",
    "x=p1; $x",
    "set -- p1; $1",
    "x=-exec; find . -maxdepth 0 $x p1 \\;",
    "touch() { p1; }; touch",
)
"""Lines in which `p1` is only text, which bash runs, or computes, which runs it."""


@pytest.mark.parametrize("line", RUNS_TEXT)
def test_what_the_shell_makes_of_text_is_uncertain(line: str) -> None:
    assert parse(line).uncertain


def test_for_bash_runs_it(programs_of: RecordOf) -> None:
    """Most of it: what is computed differs from one version to another."""
    hidden = [line for line in RUNS_TEXT if "p1" in {ran[0] for ran in programs_of(line)}]
    assert len(hidden) > len(RUNS_TEXT) / 2


@pytest.mark.skipif(not Path("/bin/dash").exists(), reason="there is no dash here, whose ways these are")
def test_where_sh_is_no_bash_nothing_hides_either(programs_of: RecordOf) -> None:
    line = "/bin/dash -c 'p1 &>o p2'"
    assert "p2" in {ran[0] for ran in programs_of(line)}
    assert parse(line).uncertain


def test_what_is_common_is_certain() -> None:
    lines_of_every_day = [
        "python - <<'PY'\nimport os\nPY",
        "cat > out.py <<'EOF'\nprint('x')\nEOF\npython out.py",
        "git commit -m \"$(cat <<'EOF'\nfeat: (x)\nEOF\n)\"",
        "grep -rn 'a|b' --include=*.py . 2>/dev/null | head -5; echo $?",
        '[ -f x ] && [ "$A" = b -o -n c ] && export B=c D',
        "cd a && PYTHONPATH=. pytest -x 'tests/a.py::b[c]' > log 2>&1 &",
        "set -euo pipefail\nmake CFLAGS=-O2 \\\n  all",
        "pip install -e .[dev] && mkdir -p a/{b,c} && ls 2>/dev/null a",
    ]
    assert [line for line in lines_of_every_day if parse(line).uncertain] == []


@pytest.mark.parametrize(
    "text", ["ls\u202ex", "ls\u00a0x", "ls \U000e0041", "ls \x07", "ls \ud800", "ls\u3164", "ls \u200b"]
)
def test_what_people_do_not_see_is_said(text: str) -> None:
    assert "invisible" in read_line(text).uncertain


@given(st.text(max_size=60) | loose)
def test_reading_never_fails(text: str) -> None:
    read_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * LONGEST,
        "$(" * 5000,
        "a;" * 5000,
        "[ " + "! " * 4990,
        "<<a " * 2500,
        '"$(`' * 3000,
        "a=" * 5000,
        "{," * 5000,
    ],
)
def test_depth_is_bounded(text: str) -> None:
    read_line(text)
