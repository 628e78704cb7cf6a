"""Rewind: any earlier moment can be had again, its talk, its files, or both, and nothing is lost on the way."""

import asyncio
import os
import stat
import time
from dataclasses import replace
from pathlib import Path

import pytest

from claw_core.block import DiffBlock
from claw_core.error import UsageError
from claw_core.event import CallStarted, CommandRan, NoticeRaised, PlanChanged, SessionRewound
from claw_core.intent import GoBack, Prompt, RunCommand
from claw_core.message import Text
from claw_core.opening import open_session, shelf
from claw_core.options import Options
from claw_core.providers.scripted import ScriptedProvider
from claw_core.rewind import Point, points
from claw_core.scripting import Script, ScriptedReply
from tests.core.acting import Acting, says


def acting(folder: Path, *replies: object) -> Acting:
    script: Script = list(replies)  # type: ignore[arg-type]
    return Acting(folder, script)


def run(command: str) -> ScriptedReply:
    return says("", ("bash", {"command": command}))


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below with its mode and bytes; a link with where it leads."""
    found: dict[str, tuple[int, bytes]] = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            found[str(path.relative_to(folder))] = (status.st_mode, os.fsencode(path.readlink()))
        elif stat.S_ISREG(status.st_mode):
            found[str(path.relative_to(folder))] = (status.st_mode, path.read_bytes())
    return found


def let_the_clock_pass(path: Path) -> None:
    """Until what is written now is a tenth of a second younger."""
    probe = path.with_name("probe.clock")
    while True:
        probe.write_text("")
        if probe.stat().st_ctime_ns > path.stat().st_ctime_ns + 10**8:
            break
        time.sleep(0.01)
    probe.unlink()


def moments(one: Acting) -> tuple[Point, ...]:
    return points(one.session.stream.records)


def heard(one: Acting) -> list[str]:
    """What the next request would say."""
    return [part.text for message in one.harness.transcript.messages for part in message.parts if part.kind == "text"]


async def test_what_edits_and_commands_did_to_files_is_put_back_with_modes_links_and_names(tmp_path: Path) -> None:
    one = acting(
        tmp_path,
        says("", ("write", {"path": "new.txt", "content": "new\n"})),
        run(
            "printf 'changed\\n' > a.txt; rm gone.sh; mkdir -p deep/er && echo x > deep/er/x; mv old.txt moved.txt;"
            " ln -s a.txt link; chmod 600 b.txt; rm way && ln -s b.txt way; printf '\\000\\001' > raw.bin"
        ),
        says("Done."),
    )
    one.write("a.txt", "a\n")
    one.write("b.txt", "b\n")
    one.write("old.txt", "old\n")
    one.write("gone.sh", "#!/bin/sh\n").chmod(0o755)
    (one.root / "way").symlink_to("a.txt")
    before = tree(one.root)
    await one.ask("change everything")
    after = tree(one.root)

    (point,) = moments(one)
    assert {file.path for file in point.files} >= {"new.txt", "a.txt", "gone.sh", "deep/er/x", "moved.txt", "old.txt"}
    preview = await one.session.rewind.preview(point.seq)
    assert {back.state for back in preview.files} == {"ready"}

    await one.session.rewind.go(point.seq)
    assert tree(one.root) == before
    assert not (one.root / "deep").exists(), "folders that came with a file go with it"
    assert heard(one) == []

    undo = moments(one)[-1]
    assert undo.kind == "rewind"
    await one.session.rewind.go(undo.seq)
    assert tree(one.root) == after
    assert heard(one)[0] == "change everything"


async def test_talk_and_files_can_be_taken_back_each_alone(tmp_path: Path) -> None:
    one = acting(tmp_path, run("echo 1 > a.txt"), says("One."), run("echo 2 > a.txt"), says("Two."), says("Three."))
    one.write("a.txt", "0\n")
    await one.ask("first")
    await one.ask("second")
    first, second = moments(one)

    await one.session.rewind.go(second.seq, files=False)
    assert (one.root / "a.txt").read_text() == "2\n"
    assert "second" not in heard(one)
    assert "a.txt" in heard(one)[-1], "the model is told which files are not what it knows"

    await one.session.rewind.go(first.seq, talk=False)
    assert (one.root / "a.txt").read_text() == "0\n"
    assert heard(one)[0] == "first"
    assert "put these files back" in heard(one)[-1]
    rewound = one.all(SessionRewound)
    assert [(one.talk, one.files, one.kept) for one in rewound] == [
        (True, (), ("a.txt",)),
        (False, ("a.txt",), ()),
    ]


async def test_what_a_person_changed_since_is_asked_about_and_never_lost(tmp_path: Path) -> None:
    one = acting(tmp_path, run("echo model > a.txt; echo model > b.txt"), says("Done."))
    one.write("a.txt", "before\n")
    one.write("b.txt", "before\n")
    await one.ask()
    one.write("a.txt", "mine\n")
    (point,) = moments(one)
    preview = await one.session.rewind.preview(point.seq)
    states = {back.path: back for back in preview.files}
    assert (states["a.txt"].state, states["b.txt"].state) == ("changed", "ready")
    assert "changed since" in states["a.txt"].why

    await one.session.rewind.go(point.seq)
    assert (one.root / "a.txt").read_text() == "mine\n"
    assert (one.root / "b.txt").read_text() == "before\n"
    assert one.only(SessionRewound).kept == ("a.txt",)

    one.write("a.txt", "mine, later\n")
    seen = {"a.txt": states["a.txt"].seen}
    with pytest.raises(UsageError, match="No file was put back"):
        await one.session.rewind.go(point.seq, talk=False, over=seen)
    assert (one.root / "a.txt").read_text() == "mine, later\n", "only what was seen may be overwritten"

    (again,) = (await one.session.rewind.preview(point.seq)).files
    await one.session.rewind.go(point.seq, talk=False, over={"a.txt": again.seen})
    assert (one.root / "a.txt").read_text() == "before\n"
    await one.session.rewind.go(moments(one)[-1].seq, talk=False)
    assert (one.root / "a.txt").read_text() == "mine, later\n"


async def test_a_person_who_worked_between_two_commands_is_noticed(tmp_path: Path) -> None:
    one = acting(tmp_path, run("echo 1 >> a.txt"), says("One."), run("echo 2 >> a.txt"), says("Two."))
    one.write("a.txt", "0\n")
    await one.ask()
    with (one.root / "a.txt").open("a") as file:
        file.write("mine\n")
    await one.ask()
    first, second = moments(one)
    (back,) = (await one.session.rewind.preview(first.seq)).files
    assert (back.state, back.why) == ("changed", "it was changed in between, not by this session")
    (back,) = (await one.session.rewind.preview(second.seq)).files
    assert back.state == "ready"
    assert [(file.added, file.removed) for file in second.files] == [(1, 0)], "and is not taken for the command"


async def test_the_preview_is_a_diff_of_what_would_change(tmp_path: Path) -> None:
    one = acting(tmp_path, run("sed -i s/two/2/ a.txt; chmod +x a.txt"), says("Done."))
    one.write("a.txt", "one\ntwo\n").chmod(0o644)
    await one.ask()
    (back,) = (await one.session.rewind.preview(moments(one)[0].seq)).files
    assert isinstance(back.shown, DiffBlock)
    assert [line for hunk in back.shown.hunks for line in hunk.lines] == [" one\n", "-2\n", "+two\n"]
    assert back.note == "mode 755 → 644"


async def test_what_git_ignores_is_left_alone_also_when_it_is_ignored_no_more(tmp_path: Path) -> None:
    one = acting(tmp_path, run("echo 2 > built.o; : > .gitignore"), says("Done."), run("echo 3 > kept.txt"), says(""))
    one.write(".git/HEAD", "ref: refs/heads/main\n")
    one.write(".gitignore", "*.o\n*.clock\n")
    built = one.write("kept.o", "mine\n")
    let_the_clock_pass(built)
    await one.ask()
    await one.ask()
    await one.session.rewind.go(moments(one)[0].seq)
    assert built.read_text() == "mine\n", "it was there before the command"
    assert (one.root / ".gitignore").read_text() == "*.o\n*.clock\n"
    assert not (one.root / "kept.txt").exists()


async def test_a_file_that_is_too_large_is_said_to_be_lost_not_made_up(tmp_path: Path) -> None:
    one = acting(tmp_path, run("echo small > large.bin; echo 1 > a.txt"), says("Done."))
    one.write("a.txt", "0\n")
    with (one.root / "large.bin").open("wb") as file:
        file.truncate(9 * 1024 * 1024)
    await one.ask()
    preview = await one.session.rewind.preview(moments(one)[0].seq)
    states = {back.path: (back.state, back.why) for back in preview.files}
    assert states == {"a.txt": ("ready", ""), "large.bin": ("lost", "what it held was too large to be kept")}
    rewound = await one.session.rewind.go(moments(one)[0].seq)
    assert rewound.kept == ("large.bin",)
    assert (one.root / "large.bin").read_text() == "small\n"


async def test_no_path_leads_out_of_the_workspace_meanwhile(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.txt").write_text("1\n")
    one = acting(tmp_path, run("echo 1 > sub/a.txt"), says("Done."))
    one.write("sub/a.txt", "0\n")
    await one.ask()
    (one.root / "sub/a.txt").unlink()
    (one.root / "sub").rmdir()
    (one.root / "sub").symlink_to(outside)
    (back,) = (await one.session.rewind.preview(moments(one)[0].seq)).files
    assert (back.state, back.why) == ("lost", "its path leads out of the workspace now")
    await one.session.rewind.go(moments(one)[0].seq)
    assert (outside / "a.txt").read_text() == "1\n"


async def test_what_stays_behind_in_the_background_is_asked_about(tmp_path: Path) -> None:
    waits = "until [ -e go ]; do sleep 0.01; done; echo late > late.txt; rm go"
    one = acting(
        tmp_path,
        says("", ("bash", {"command": waits, "background": True})),
        says("Started."),
        says("", ("job", {"action": "wait", "id": 1, "timeout": 20})),
        says("", ("bash", {"command": "echo 1 > a.txt"})),
        says("Done."),
    )
    await one.ask()
    one.write("go", "")
    await one.ask()
    (back,) = [
        back for back in (await one.session.rewind.preview(moments(one)[0].seq)).files if back.path == "late.txt"
    ]
    assert (back.state, back.why) == ("changed", "a command in the background changed it, or somebody else did")
    await one.session.close()


async def test_while_a_turn_runs_nothing_goes_back(tmp_path: Path) -> None:
    one = acting(tmp_path, run("sleep 30"), says("Done."))
    one.session.send(Prompt(text="go"))
    await one.until(CallStarted)
    one.session.send(GoBack(seq=1))
    notice = await one.until(NoticeRaised)
    assert notice.message == "A turn runs."
    await one.session.close()


async def test_the_command_lists_goes_back_and_takes_that_back(tmp_path: Path) -> None:
    one = acting(tmp_path, run("echo 1 > a.txt"), says("Done."), says("Again."))
    one.write("a.txt", "0\n")

    async def said(words: str) -> str:
        cursor = one.session.stream.cursor(after=one.session.stream.records[-1].seq)
        one.session.send(RunCommand(name="rewind", words=words))
        async for record in cursor:
            if isinstance(record.event, CommandRan):
                return record.event.output
            if isinstance(record.event, NoticeRaised):
                return record.event.message
        raise AssertionError("nothing was said")

    assert "nothing to go back to" in await said("")
    await one.ask("write a one")
    assert "1. write a one" in await said("")
    assert "1 files +1 −1" in await said("")
    assert await said("7") == "There is no moment 7."
    assert await said("soon enough") == "That is no moment to go back to."
    assert await said("1 files") == "Put back: a.txt."
    assert (one.root / "a.txt").read_text() == "0\n"
    assert await said("undo") == "Put back: a.txt."
    assert (one.root / "a.txt").read_text() == "1\n"


async def test_the_plan_goes_back_with_the_talk(tmp_path: Path) -> None:
    todos = [{"content": "one", "status": "pending"}]
    one = acting(tmp_path, says("", ("todo", {"todos": todos})), says("Done."))
    await one.ask()
    assert one.only(PlanChanged).todos == one.harness.desk.plan
    await one.session.rewind.go(moments(one)[0].seq)
    assert one.harness.desk.plan == ()
    await one.session.rewind.go(moments(one)[-1].seq)
    assert one.only(PlanChanged).todos == one.harness.desk.plan


async def test_a_prompt_that_comes_while_files_go_back_waits_for_them(tmp_path: Path) -> None:
    one = acting(tmp_path, run("cat a.txt; echo 1 > a.txt"), says("Done."))
    one.write("a.txt", "0\n")
    await one.ask()
    one.session.send(GoBack(seq=moments(one)[0].seq))
    await asyncio.sleep(0)
    one.session.send(Prompt(text="look"))
    rewound = await one.until(SessionRewound)
    assert rewound.files == ("a.txt",)
    await one.session.rest()
    results = [part for message in one.harness.transcript.messages for part in message.parts if part.kind == "result"]
    assert results[-1].parts == (Text(text="0"),)


async def test_in_a_fork_files_can_be_as_they_were_where_it_was_forked(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / "a.txt").write_text("0\n")
    environ = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    provider = ScriptedProvider([run("echo 1 > a.txt"), says("One."), run("echo 2 > a.txt; rm -f b.txt"), says("Two.")])
    options = Options(cwd=root, provider=provider, mode="bypass", environ=environ)
    session = await open_session(options)
    for task in ("first", "second"):
        session.send(Prompt(text=task))
        await session.rest()
    second = points(session.stream.records)[1]
    with pytest.raises(UsageError, match="not forked"):
        await session.rewind.as_at_fork()
    await session.close()
    fork = await open_session(replace(options, resume=shelf(environ).fork(session.id, second.seq)))
    assert (root / "a.txt").read_text() == "2\n"
    rewound = await fork.rewind.as_at_fork()
    assert rewound.files == ("a.txt",)
    assert (root / "a.txt").read_text() == "1\n"
    await fork.close()
