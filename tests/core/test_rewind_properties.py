"""Whatever edits, commands and rewinds did to files, each earlier moment comes back byte for byte."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from claw_core.checkpoint import Blobs
from claw_core.event import Event, Record
from claw_core.rewind import Rewind
from claw_core.tool import Change
from claw_core.workspace import Workspace
from tests.core.events import record
from tests.core.test_rewind import tree

NAMES = st.sampled_from(["a", "b", "c.sh", "sub/a", "sub/deep/b", "other/c"])
TEXTS = st.sampled_from(["", "one\n", "two\n", "one\ntwo\n", "\u00e9 without an end"])


def put(root: Path, name: str, text: str) -> None:
    path = root / name
    if path.is_symlink():
        path.unlink()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def remove(root: Path, name: str) -> None:
    (root / name).unlink(missing_ok=True)


def move(root: Path, name: str, to: str) -> None:
    if (root / name).is_file() and not (root / to).is_dir():
        (root / to).parent.mkdir(parents=True, exist_ok=True)
        (root / name).replace(root / to)


def link(root: Path, name: str, to: str) -> None:
    remove(root, name)
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).symlink_to(to)


def allow(root: Path, name: str, mode: int) -> None:
    path = root / name
    if path.is_file() and not path.is_symlink():
        path.chmod(mode)


def clear(root: Path, name: str) -> None:
    shutil.rmtree(root / name, ignore_errors=True)


Deed = tuple[Callable[..., None], tuple[object, ...]]


def _deed(work: Callable[..., None], *what: st.SearchStrategy[object]) -> st.SearchStrategy[Deed]:
    return st.tuples(st.just(work), st.tuples(*what))


deeds = st.one_of(
    _deed(put, NAMES, TEXTS),
    _deed(remove, NAMES),
    _deed(move, NAMES, NAMES),
    _deed(link, NAMES, st.sampled_from(["a", "nowhere"])),
    _deed(allow, NAMES, st.sampled_from([0o644, 0o755, 0o600, 0o444])),
    _deed(clear, st.sampled_from(["sub", "sub/deep"])),
)
steps = st.one_of(
    st.tuples(st.just("edit"), st.tuples(st.sampled_from(["a", "sub/a", "new/file"]), TEXTS)),
    st.tuples(st.just("command"), st.lists(deeds, min_size=1, max_size=4)),
    st.tuples(st.just("back"), st.floats(0, 1)),
    st.tuples(st.just("undo"), st.just(None)),
)


class Story:
    """A workspace, its records, and what its files held after each."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self.root.mkdir()
        put(self.root, "a", "first\n")
        put(self.root, "sub/a", "first\n")
        self.workspace = Workspace(self.root, home=folder, blobs=Blobs(None), scratch=folder / "scratch")
        self.records: list[Record] = []
        self.held = {0: tree(self.root)}
        self.before_rewind: int | None = None

    def emit(self, event: Event) -> None:
        self.records.append(record(len(self.records) + 1, event))

    def settle(self) -> None:
        self.held[len(self.records)] = tree(self.root)

    async def edit(self, name: str, text: str) -> None:
        path = self.root / name
        if path.is_symlink() or (path.exists() and not path.stat().st_mode & 0o200):
            return
        before = path.read_text() if path.exists() else None
        await self.workspace.apply([Change(path=str(path), before=before, after=text)], "edit", self.emit)

    async def command(self, done: list[Deed]) -> None:
        async with self.workspace.watched("command", self.emit):
            for work, what in done:
                try:
                    work(self.root, *what)
                except OSError:
                    continue

    async def back(self, seq: int) -> None:
        await Rewind(self.workspace, self.records, self.emit).go(seq, talk=True, files=True)
        assert tree(self.root) == self.held[seq]


@settings(max_examples=120, deadline=None)
@given(st.lists(steps, min_size=2, max_size=9))
def test_every_earlier_moment_can_be_had_again(happened: list[tuple[str, object]]) -> None:
    async def tell(folder: Path) -> None:
        story = Story(folder)
        last = 0
        for kind, what in happened:
            match kind, what:
                case "edit", (str(name), str(text)):
                    await story.edit(name, text)
                case "command", list():
                    await story.command(cast("list[Deed]", what))
                case "back", float(part):
                    moments = sorted(story.held)
                    last = len(story.records)
                    await story.back(moments[min(len(moments) - 1, int(part * len(moments)))])
                case _:
                    await story.back(last)
            story.settle()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(tell(Path(folder)))
