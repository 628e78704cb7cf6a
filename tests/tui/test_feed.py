"""The feed: what comes late is caught up with, a little at a time."""

import asyncio
import gc

from claw_core.event import NoticeRaised, TextDelta
from claw_tui.feed import END, MANY, Feed
from claw_tui.views.records import RecordsView
from tests.tui.bench import Scene


def notices(count: int) -> list[NoticeRaised]:
    return [NoticeRaised(level="info", message=f"notice {number}") for number in range(count)]


async def test_a_pane_that_is_opened_late_in_a_long_session_shows_its_end_first_and_then_all_of_it() -> None:
    scene = Scene()
    scene.tell(*notices(3 * MANY))
    feed, frames = Feed(scene), asyncio.Queue[int]()
    following = asyncio.create_task(feed.follow(lambda: frames.put_nowait(feed.last)))
    while await frames.get() < 3 * MANY:
        pass
    first = feed.view("records")
    assert isinstance(first, RecordsView)
    assert [each.seq for each in first.records] == list(range(3 * MANY - END + 1, 3 * MANY + 1))
    scene.tell(*notices(5))
    while feed.view("records") is first:
        await frames.get()
    whole = feed.view("records")
    assert isinstance(whole, RecordsView)
    scene.tell(*notices(1))
    while feed.last < 3 * MANY + 6:
        await frames.get()
    assert [each.seq for each in whole.records] == list(range(1, 3 * MANY + 7)), "each of them once"
    scene.stream.end()
    await following


async def test_a_view_of_a_short_session_is_whole_at_once() -> None:
    scene = Scene()
    scene.tell(*notices(20))
    feed = Feed(scene)
    feed.take(scene.stream.records)
    view = feed.view("records")
    assert isinstance(view, RecordsView)
    assert len(view.records) == 20


async def test_a_long_session_that_is_left_while_it_opens_leaves_the_garbage_collector_as_it_was() -> None:
    scene = Scene()
    scene.tell(*notices(30 * MANY))
    feed = Feed(scene)
    feed.view("conversation")
    shown = asyncio.Event()
    following = asyncio.create_task(feed.follow(shown.set))
    await shown.wait()
    following.cancel()
    await asyncio.wait([following])
    assert feed.last < 30 * MANY, "it was left in the middle"
    assert gc.isenabled()


async def test_what_passed_is_kept_by_nobody() -> None:
    scene = Scene()
    scene.tell(*notices(1))
    feed, frames = Feed(scene), asyncio.Queue[int]()
    following = asyncio.create_task(feed.follow(lambda: frames.put_nowait(feed.last)))
    await frames.get()
    passing = [scene.stream.show(TextDelta(text=f"{number}"), turn=1) for number in range(100)]
    while await frames.get() < passing[-1].seq:
        pass
    await asyncio.sleep(0)
    holders = [holder for holder in gc.get_referrers(passing[0]) if holder is not passing]
    assert [type(holder) for holder in holders] == []
    scene.stream.end()
    await following
