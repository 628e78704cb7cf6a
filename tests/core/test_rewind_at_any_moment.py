"""Rewind where more than one was at work, and where it is cut off in the middle."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent

import pytest

from claw_core.event import SessionRewound
from claw_core.intent import Prompt
from claw_core.opening import open_session
from claw_core.options import Options
from claw_core.providers.scripted import ScriptedProvider
from claw_core.rewind import points
from tests.core.acting import Acting, says
from tests.core.test_delegation import Cast
from tests.core.test_rewind import tree

FILES = 300
OLD, NEW = "old\n" * 2000, "new\n" * 2000


async def test_what_sub_agents_changed_is_put_back_with_the_prompt_that_sent_them(tmp_path: Path) -> None:
    cast = Cast(
        go=[
            says("", ("task", {"prompt": "one errand"}), ("task", {"prompt": "another errand"})),
            says("", ("write", {"path": "main.txt", "content": "main\n"})),
            says("Done."),
        ],
        one=[
            says("", ("read", {"path": "a.txt"})),
            says("", ("write", {"path": "a.txt", "content": "by one\n"})),
            says("first"),
        ],
        another=[says("", ("bash", {"command": "rm b.txt; echo by another > c.txt"})), says("second")],
    )
    one = Acting(tmp_path, cast)
    one.write("a.txt", "a\n")
    one.write("b.txt", "b\n")
    before = tree(one.root)
    await one.ask("go on")
    after = tree(one.root)
    (point,) = points(one.session.stream.records)
    assert {file.path for file in point.files} == {"a.txt", "b.txt", "c.txt", "main.txt"}
    preview = await one.session.rewind.preview(point.seq)
    # Two agents side by side may each have seen what the other did: then a person is asked.
    over = {back.path: back.seen for back in preview.files if back.state == "changed"}
    await one.session.rewind.go(point.seq, over=over)
    assert tree(one.root) == before
    await one.session.rewind.go(points(one.session.stream.records)[-1].seq)
    assert tree(one.root) == after
    await one.session.close()


GOES_BACK = dedent("""\
    import asyncio, os, sys
    from pathlib import Path
    from claw_core.opening import open_session
    from claw_core.options import Options
    from claw_core.providers.scripted import ScriptedProvider
    from claw_core.rewind import points

    async def main(root, session):
        options = Options(cwd=Path(root), provider=ScriptedProvider([]), environ=dict(os.environ), resume=session)
        opened = await open_session(options)
        point = points(opened.stream.records)[0]
        print("ready", flush=True)
        await opened.rewind.go(point.seq)
        print("done", flush=True)
        await opened.close()

    asyncio.run(main(*sys.argv[1:]))
""")


@pytest.mark.parametrize("seed", range(3))
async def test_a_rewind_that_is_killed_tears_no_file_and_can_be_done_again(seed: int, tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    for number in range(FILES):
        (root / f"{number}.txt").write_text(OLD)
    environ = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    command = f"for n in $(seq 0 {FILES - 1}); do yes new | head -n 2000 > $n.txt; done"
    provider = ScriptedProvider([says("", ("bash", {"command": command})), says("Done.")])
    options = Options(cwd=root, provider=provider, mode="bypass", environ=environ)
    session = await open_session(options)
    session.send(Prompt(text="make them new"))
    await session.rest()
    assert {file.read_text() for file in root.glob("*.txt")} == {NEW}
    await session.close()

    _killed(root, session.id, environ, after=random.Random(seed).uniform(0, 0.4))
    assert {file.read_text() for file in root.glob("*.txt")} <= {OLD, NEW}, "no file is torn"
    assert len(list(root.iterdir())) == FILES, "nothing is left beside them"
    again = await open_session(Options(cwd=root, provider=provider, environ=environ, resume=session.id))
    point = points(again.stream.records)[0]
    preview = await again.rewind.preview(point.seq)
    if preview.files:
        over = {back.path: back.seen for back in preview.files if back.state == "changed"}
        await again.rewind.go(point.seq, over=over)
    assert {file.read_text() for file in root.glob("*.txt")} == {OLD}
    assert any(isinstance(record.event, SessionRewound) for record in again.stream.records)
    await again.close()


def _killed(root: Path, session: str, environ: dict[str, str], *, after: float) -> None:
    """Goes back in a process that is killed so many seconds after it began to."""
    with subprocess.Popen(
        [sys.executable, "-c", GOES_BACK, str(root), session], env=environ, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(after)
        child.send_signal(signal.SIGKILL)
