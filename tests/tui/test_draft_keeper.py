"""A draft is kept while it is written: whoever is killed leaves it to the next start, and nobody takes another's."""

import asyncio
import base64
import stat
from pathlib import Path

from claw_core.message import Image
from claw_tui.chips import PastedText, Picture
from claw_tui.draft_keeper import NOTHING, DraftKeeper, Kept

IMAGE = Image(media_type="image/png", data=base64.b64encode(b"png").decode())
FULL = Kept(
    text="see [pasted text #1, 2 lines] and [image #2, a.png]",
    stash="later \udcff",
    chips=(PastedText(number=1, text="one\ntwo"), Picture(number=2, name="a.png", image=IMAGE)),
)


async def written(folder: Path) -> None:
    """Until a draft is on disk."""
    async with asyncio.timeout(60):
        while not list(folder.glob("*/draft.json")):  # noqa: ASYNC110 - a thread writes it
            await asyncio.sleep(0.01)


async def killed(folder: Path, kept: Kept) -> DraftKeeper:
    """A keeper that wrote this and never came to close; what the system lets go of when a process dies is let go of."""
    keeper = DraftKeeper(folder)
    keeper.note(kept)
    await written(folder)
    keeper.let_go()
    return keeper


async def test_what_a_killed_process_left_is_restored_whole_once(tmp_path: Path) -> None:
    await killed(tmp_path, FULL)
    next_start = DraftKeeper(tmp_path)
    assert next_start.restore() == FULL
    other = DraftKeeper(tmp_path)
    assert other.restore() == NOTHING, "it is being written in another terminal now"
    await next_start.close()
    assert DraftKeeper(tmp_path).restore() == FULL


async def test_what_was_sent_is_kept_no_more_and_nothing_is_left_behind(tmp_path: Path) -> None:
    folder = tmp_path / "shop-1234"
    keeper = DraftKeeper(folder)
    keeper.note(FULL)
    await written(folder)
    keeper.note(NOTHING)
    await keeper.close()
    assert not folder.exists()


async def test_only_the_person_can_read_it(tmp_path: Path) -> None:
    await killed(tmp_path, FULL)
    (own,) = tmp_path.iterdir()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (own, *own.iterdir())}
    assert modes.pop(own.name) == 0o700
    assert set(modes.values()) == {0o600}


async def test_drafts_of_several_are_all_there_the_newest_first(tmp_path: Path) -> None:
    await killed(tmp_path, Kept(text="older", stash="oldest"))
    (older,) = tmp_path.iterdir()
    second = DraftKeeper(tmp_path)
    second.note(Kept(text="newer"))
    await second.close()
    assert older.exists()
    assert DraftKeeper(tmp_path).restore() == Kept(text="newer", stash="older\n\noldest")


async def test_what_is_torn_or_foreign_is_no_draft_and_a_full_disk_is_no_crash(tmp_path: Path) -> None:
    (tmp_path / "abc").mkdir()
    (tmp_path / "abc" / "draft.json").write_text('{"text": "to')
    (tmp_path / "file").write_text("")
    assert DraftKeeper(tmp_path).restore() == NOTHING
    keeper = DraftKeeper(tmp_path / "file" / "nowhere")
    keeper.note(FULL)
    await keeper.close()
