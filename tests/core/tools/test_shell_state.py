"""The shell of an agent: its folder and environment go on from call to call, and nothing else does."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.block import TerminalBlock
from claw_core.native.shell import run
from claw_core.shell_state import MOST_BYTES, ShellState, read_notes, telling
from tests.core.tools.bench import Bench, told

ROOT = Path("/projects/shop")


async def said(bench: Bench, command: str, **arguments: object) -> str:
    return told(await bench.run("bash", command=command, **arguments))


async def test_the_next_call_starts_in_the_folder_where_this_one_ended(bench: Bench) -> None:
    bench.files({"src/lib/a": ""})
    result = await bench.run("bash", command="cd src && cd lib")
    assert told(result) == "(It printed nothing.)\n[The shell is now in src/lib.]"
    assert result.blocks == (TerminalBlock(command="cd src && cd lib", output="", exit_code=0, left_in="src/lib"),)
    result = await bench.run("bash", command="pwd")
    assert told(result) == str(bench.root / "src/lib")
    assert isinstance(result.blocks[0], TerminalBlock)
    assert (result.blocks[0].folder, result.blocks[0].left_in) == ("src/lib", None)
    assert await said(bench, "cd - >/dev/null; cd ../..; cd -") == f"{bench.root / 'src'}\n[The shell is now in src.]"
    assert await said(bench, "cd ..") == "(It printed nothing.)\n[The shell is now in the workspace root.]"


async def test_going_back_to_the_folder_before_works_in_the_next_call(bench: Bench) -> None:
    bench.files({"src/a": ""})
    await said(bench, "cd src")
    assert (await said(bench, "cd -")).startswith(str(bench.root))


async def test_what_is_exported_stays_and_what_is_unset_stays_away(bench: Bench) -> None:
    assert await said(bench, "export GREETING='two words\nand a line' EMPTY=; LOCAL=1; unset PAGER") == (
        "(It printed nothing.)"
    )
    printed = await said(bench, 'echo "[$GREETING] [${EMPTY-none}] [${LOCAL-none}] [${PAGER-none}]"')
    assert printed == "[two words\nand a line] [] [none] [none]"
    await said(bench, "unset GREETING; export PAGER=cat")
    assert await said(bench, 'echo "[${GREETING-none}] [$PAGER]"') == "[none] [cat]"


async def test_a_failure_a_syntax_error_and_an_exit_keep_what_was_done(bench: Bench) -> None:
    bench.files({"a/b/c/x": ""})
    assert "[Exit code 1.]" in await said(bench, "cd a && false")
    assert "[Exit code 7.]" in await said(bench, "set -eux; cd b; exit 7")
    assert "[Exit code 2.]" in await said(bench, "cd c\nif then")
    assert await said(bench, "pwd") == str(bench.root / "a/b/c")


async def test_nothing_of_how_it_works_is_seen(bench: Bench) -> None:
    printed = await said(bench, "set -x; env; nonsense; echo $# $LINENO")
    assert not [word for word in ("CLAW_NOTES", "BASH_ENV", "pwd") if word in printed]
    assert printed.splitlines()[-1] == "0 1"
    assert "line 1: nonsense: command not found" in printed


async def test_functions_aliases_and_options_are_not_carried_on(bench: Bench) -> None:
    await said(bench, "ls() { echo mine; }; export -f ls; alias cat=false; shopt -s nullglob; set -f")
    bench.files({"only": "text\n"})
    assert await said(bench, "ls; cat only; echo none*; echo onl*") == "only\ntext\nnone*\nonly"


async def test_what_would_run_or_lead_elsewhere_is_not_carried_on(bench: Bench) -> None:
    bench.files({"evil.sh": "echo evil\n", "elsewhere/src/a": "", "src/a": ""})
    line = "export BASH_ENV=$PWD/evil.sh ENV=$PWD/evil.sh PS4='$(echo evil)' CDPATH=elsewhere HOME=/etc"
    assert "[Not kept for the next call: " in await said(bench, line)
    assert await said(bench, "cd src; pwd; echo ~ ${CDPATH-none}; bash -c 'echo inner'; set -x; :") == (
        f"{bench.root / 'src'}\n{bench.workspace.home} none\ninner\n+ :\n[The shell is now in src.]"
    )


async def test_a_person_s_own_file_for_shells_is_still_read(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.files({"own.sh": "hello() { echo from my file; }\n", "src/a": ""})
    monkeypatch.setenv("BASH_ENV", str(bench.root / "own.sh"))
    assert await said(bench, "hello; echo $BASH_ENV; cd src") == (
        f"from my file\n{bench.root / 'own.sh'}\n[The shell is now in src.]"
    )


async def test_a_call_that_is_run_elsewhere_leaves_the_shell_where_it_was(bench: Bench) -> None:
    bench.files({"src/a": "", "docs/inner/b": ""})
    await said(bench, "cd src")
    assert await said(bench, "cd inner; pwd; export FOUND=1", cwd="docs") == str(bench.root / "docs/inner")
    assert await said(bench, "pwd; echo $FOUND") == f"{bench.root / 'src'}\n1"


async def test_a_clean_call_starts_anew_and_what_it_leaves_goes_on(bench: Bench) -> None:
    bench.files({"src/a": ""})
    await said(bench, "cd src; export PATH=/nowhere")
    assert "command not found" in await said(bench, "ls")
    printed = await said(bench, "pwd; ls; export FRESH=1", clean=True)
    assert printed == f"{bench.root}\nsrc\n[The shell is now in the workspace root.]"
    assert await said(bench, "ls; echo $FRESH") == "src\n1"


async def test_a_call_that_was_stopped_or_left_running_leaves_the_shell_as_it_was(bench: Bench) -> None:
    bench.files({"src/a": "", "other/a": ""})
    await said(bench, "cd src; export KEPT=1")
    await bench.run("bash", command="cd ../other; export KEPT=2; sleep 60", timeout=0.5)
    await bench.run("bash", command="cd ../other; export KEPT=3; kill -9 $$")
    await bench.run("bash", command="cd ../other; export KEPT=4", background=True)
    await bench.run("job", action="wait", id=1)
    running = asyncio.ensure_future(bench.run("bash", command="cd ../other; export KEPT=5; echo up; sleep 60"))
    while "up" not in "".join(bench.context.printed):  # noqa: ASYNC110 (nobody else says when it prints)
        await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await bench.run("bash", command="cd ../other; export KEPT=6; exec true")
    assert await said(bench, "pwd; echo $KEPT") == f"{bench.root / 'src'}\n1"


async def test_calls_side_by_side_each_start_from_what_was_there_before(bench: Bench) -> None:
    bench.files({"a/x": "", "b/x": ""})
    await said(bench, "export START=1")
    os.mkfifo(bench.root / "go")
    slow = asyncio.ensure_future(said(bench, "cd b; read -r x < ../go; echo $START"))
    assert (await said(bench, "cd a; echo $START; export START=2")).startswith("1\n")
    await asyncio.to_thread((bench.root / "go").write_text, "go\n")
    assert await slow == "1\n[The shell is now in b.]"
    assert await said(bench, "pwd; echo $START") == f"{bench.root / 'b'}\n1"


async def test_each_agent_has_a_shell_of_its_own(bench: Bench) -> None:
    bench.files({"src/a": ""})
    await said(bench, "cd src; export WHOSE=main")
    other = replace(bench, context=replace(bench.context, agent="call-7"))
    assert await said(other, "pwd; echo ${WHOSE-none}") == f"{bench.root}\nnone"
    assert await said(bench, "pwd; echo $WHOSE") == f"{bench.root / 'src'}\nmain"


async def test_a_folder_that_is_gone_is_told_of(bench: Bench) -> None:
    bench.files({"src/deep/a": ""})
    await said(bench, "cd src/deep; export STILL=here")
    await said(bench, "rm -r deep", cwd="src")
    printed = await said(bench, "pwd; echo $STILL")
    assert printed.startswith(f"{bench.root}\nhere\n[src/deep, where the shell was, is gone:")
    assert await said(bench, "pwd") == str(bench.root)


async def test_names_that_mean_something_else_elsewhere_lead_to_their_folder(bench: Bench) -> None:
    for name in ("~", "~/x", "two\nlines", "-", " "):
        bench.files({f"{name}/inner/a": ""})
        await said(bench, f"cd -- './{name}/inner'", clean=True)
        assert await said(bench, "pwd") == str(bench.root / name / "inner")


async def test_links_stay_as_they_were_gone_through(bench: Bench) -> None:
    bench.files({"real/deep/a": ""})
    (bench.root / "link").symlink_to(bench.root / "real" / "deep")
    await said(bench, "cd link")
    assert await said(bench, "pwd; cd ..; pwd") == (
        f"{bench.root / 'link'}\n{bench.root}\n[The shell is now in the workspace root.]"
    )


async def test_too_much_to_carry_is_said(bench: Bench) -> None:
    printed = await said(bench, f"export HUGE=$(head -c {MOST_BYTES + 1} /dev/zero | tr '\\0' x)")
    assert printed.endswith("[Not kept for the next call: HUGE.]")
    assert await said(bench, "echo [$HUGE]") == "[]"


async def test_what_writes_into_the_notes_can_only_break_them(bench: Bench) -> None:
    for line in ("head -c 9000000 /dev/zero >&219; cd /", "printf '/\\n\\0A=b' >&219; exec true", "exec 219>&-; cd /"):
        await said(bench, line)
        assert (await said(bench, "pwd; echo ${A-none}")).startswith(f"{bench.root}\nnone")


async def test_another_shell_tells_its_state_as_well(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    fresh = {"PATH": "/usr/bin:/bin"}
    told_of = telling("cd src; export A=1", fresh, "/bin/no-such-bash")
    ended = await run(
        told_of.command, cwd=tmp_path, env=told_of.environment, shell="/bin/no-such-bash", notes=told_of.notes
    )
    left = read_notes(ended.notes, fresh, tmp_path)
    assert left is not None
    assert (left.state.folder, left.state.variables) == (tmp_path / "src", {"A": "1"})


def notes(folder: str, **variables: str) -> bytes:
    return "\0".join([f"{folder}\n", *(f"{name}={value}" for name, value in variables.items()), "", ""]).encode()


def test_notes_are_what_differs_from_a_fresh_shell() -> None:
    left = read_notes(notes("/x", A="1", SAME="s", PWD="/x", SHLVL="1"), {"SAME": "s", "GONE": "g"}, ROOT)
    assert left is not None
    assert left.state == ShellState(folder=Path("/x"), variables={"A": "1", "GONE": None})
    assert left.state.assignments == ("A=1", "GONE=")
    assert left.state.environment({"SAME": "s", "GONE": "g"}) == {"SAME": "s", "A": "1"}


@pytest.mark.parametrize(
    "told",
    [b"", b"/x\n", b"/x\n\0A=1", b"x\n\0\0", b"//x\n\0\0", b"/x/../y\n\0\0", b"/\xff\n\0\0", b"/x\n\0\0trailing"],
)
def test_notes_that_are_not_whole_are_none(told: bytes) -> None:
    assert read_notes(told, {}, ROOT) is None


@given(st.binary(max_size=200), st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3))
def test_whatever_is_written_there_makes_a_state_or_none(told: bytes, fresh: dict[str, str]) -> None:
    left = read_notes(told, fresh, ROOT)
    if left is not None:
        assert all("\0" not in each for each in left.state.assignments)
        assert "HOME" not in left.state.variables
