"""The shelf: finding, listing, copying and removing sessions."""

from pathlib import Path

import pytest

from claw_core.checkpoint import Blobs
from claw_core.error import SessionLocked, SessionNotFound
from claw_core.event import Event, PromptSubmitted, SessionForked, SessionNamed, SessionStarted
from claw_core.message import Usage
from claw_core.session.log import LOG, Log, read_log
from claw_core.session.shelf import Shelf, check
from tests.core.events import record, replied, started


def keep(shelf: Shelf, name: str, *happened: Event) -> Path:
    log = Log.create(shelf.folder / name)
    for seq, event in enumerate((started(name), *happened), start=1):
        log.write(record(seq, event))
    log.close()
    return log.path.parent


def test_sessions_are_listed_newest_first_with_what_they_were_about(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    keep(shelf, "20260101-a", PromptSubmitted(text="fix the login\nplease"), replied("ok", usage=Usage(input=5)))
    keep(shelf, "20260102-b", PromptSubmitted(text="x"), SessionNamed(title="spring cleaning"))
    keep(shelf, "20260103-c")
    listed = shelf.summaries()
    assert [(one.id, one.title, one.records) for one in listed] == [
        ("20260102-b", "spring cleaning", 3),
        ("20260101-a", "fix the login", 3),
    ]
    assert listed[0].project == "/work"
    assert listed[0].cost == 0.0, "nothing was asked of a model"
    assert listed[1].cost is None, "the price is not known, which is not zero"


def test_a_damaged_session_does_not_hide_the_others(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    keep(shelf, "20260101-a", PromptSubmitted(text="x"))
    (keep(shelf, "20260102-b") / LOG).write_bytes(b"\x00\n")
    assert [one.id for one in shelf.summaries()] == ["20260101-a"]


def test_a_session_is_found_by_id_by_a_beginning_and_as_the_latest(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    first = keep(shelf, "20260101-a", PromptSubmitted(text="one"))
    second = keep(shelf, "20260102-b", PromptSubmitted(text="two"))
    assert shelf.find("20260101-a") == shelf.find("20260101") == first
    assert shelf.find("latest") == second
    for wanted, said in (("2026", "2 sessions"), ("nothing", "no session"), ("", "no session")):
        with pytest.raises(SessionNotFound, match=said):
            shelf.find(wanted)


def test_what_was_asked_in_a_folder_is_remembered_over_its_sessions_each_once_newest_first(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    keep(shelf, "20260101-a", PromptSubmitted(text="fix it"), replied("ok"), PromptSubmitted(text="and test it"))
    (keep(shelf, "20260102-b", PromptSubmitted(text="lost")) / LOG).write_bytes(b"\x00\n")
    torn = keep(shelf, "20260103-c", PromptSubmitted(text="fix it"), PromptSubmitted(text="go on")) / LOG
    torn.write_bytes(torn.read_bytes()[:-1])
    assert shelf.prompts(Path("/work")) == ["fix it", "and test it"]
    assert shelf.prompts(Path("/work"), most=1) == ["fix it"]
    assert shelf.prompts(Path("/elsewhere")) == []


@pytest.mark.parametrize("wanted", ["../outside", "/etc", ".", "a/../b"])
def test_an_id_never_leads_out_of_the_shelf(tmp_path: Path, wanted: str) -> None:
    with pytest.raises(SessionNotFound):
        Shelf(tmp_path / "sessions").find(wanted)


def test_a_fork_shares_the_records_and_blobs_and_goes_its_own_way(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    source = keep(shelf, "20260101-a", PromptSubmitted(text="one"), PromptSubmitted(text="two"))
    digest = Blobs(source / "blobs").put(b"what was there")
    new = shelf.fork("20260101-a", 2)
    events = [one.event for one in read_log(shelf.folder / new).records]
    assert [event.kind for event in events] == [
        "session.started",
        "prompt.submitted",
        "session.forked",
        "session.started",
    ]
    assert events[2] == SessionForked(parent="20260101-a", seq=2)
    assert isinstance(events[3], SessionStarted)
    assert events[3].session == new
    assert Blobs(shelf.folder / new / "blobs").get(digest) == b"what was there"
    assert check(shelf.folder / new)[1] == []
    assert len(read_log(source).records) == 3


def test_an_open_session_can_be_forked_and_not_deleted(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    folder = keep(shelf, "20260101-a", PromptSubmitted(text="one"))
    log, _ = Log.resume(folder)
    assert shelf.fork("latest")
    with pytest.raises(SessionLocked):
        shelf.delete("20260101-a")
    log.close()
    assert shelf.delete("20260101-a") == "20260101-a"
    assert not folder.exists()


def test_a_check_tells_what_is_wrong(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    folder = keep(shelf, "20260101-a", PromptSubmitted(text="one"))
    assert check(folder)[1] == []
    with (folder / LOG).open("ab") as file:
        file.write(b'{"seq": 1')
    assert "torn" in check(folder)[1][0]


def test_a_damaged_session_can_be_deleted(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    folder = keep(shelf, "20260101-a", PromptSubmitted(text="one"))
    (folder / LOG).write_bytes(b"\x00")
    shelf.delete("20260101-a")
    assert not folder.exists()


def test_the_latest_is_the_latest_that_was_used(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    used = keep(shelf, "20260101-a", PromptSubmitted(text="one"))
    keep(shelf, "20260102-b")
    (keep(shelf, "20260103-c") / LOG).write_bytes(b"\x00")
    assert shelf.find("latest") == used


def test_names_of_sessions_sort_by_time(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    names = [shelf.fresh().name[:19] for _ in range(200)]
    assert names == sorted(names)
