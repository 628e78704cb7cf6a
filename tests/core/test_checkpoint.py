"""Blobs: what is put comes back byte for byte, once on disk, or an error says that it does not."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.checkpoint import Blobs, content_hash
from claw_core.error import BlobLost, SessionError


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "session" / "blobs"


def test_what_was_put_is_found_again_by_another_process_of_the_session(folder: Path) -> None:
    digest = Blobs(folder).put(b"what it held\r\n\x00")
    assert digest == content_hash(b"what it held\r\n\x00")
    assert len(digest) == 32
    assert Blobs(folder).has(digest)
    assert Blobs(folder).get(digest) == b"what it held\r\n\x00"


@given(data=st.binary())
def test_memory_keeps_blobs_where_there_is_no_folder(data: bytes) -> None:
    blobs = Blobs(None)
    assert blobs.get(blobs.put(data)) == data


def test_the_same_bytes_lie_there_once_and_are_not_written_again(folder: Path) -> None:
    blobs = Blobs(folder)
    blobs.put(b"same")
    (first,) = files_in(folder)
    before = first.stat()
    blobs.put(b"same")
    (again,) = files_in(folder)
    assert (again, again.stat().st_mtime_ns, again.stat().st_ino) == (first, before.st_mtime_ns, before.st_ino)


def test_only_the_owner_can_read_them(folder: Path) -> None:
    Blobs(folder).put(b"secret")
    (file,) = files_in(folder)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_an_absent_blob_is_an_error_with_its_name(folder: Path) -> None:
    digest = content_hash(b"never put")
    assert not Blobs(folder).has(digest)
    with pytest.raises(BlobLost, match=digest):
        Blobs(folder).get(digest)
    with pytest.raises(BlobLost):
        Blobs(None).get(digest)


def test_a_damaged_blob_is_never_taken_for_what_it_was(folder: Path) -> None:
    blobs = Blobs(folder)
    digest = blobs.put(b"as it was")
    files_in(folder)[0].write_bytes(b"as it is!")
    with pytest.raises(BlobLost, match="damaged"):
        blobs.get(digest)


def test_a_blob_cut_short_by_a_power_loss_is_healed_when_it_is_put_again(folder: Path) -> None:
    blobs = Blobs(folder)
    digest = blobs.put(b"as it was")
    files_in(folder)[0].write_bytes(b"")
    assert blobs.put(b"as it was") == digest
    assert blobs.get(digest) == b"as it was"


def test_a_folder_that_cannot_be_made_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SessionError, match="file"):
        Blobs(tmp_path / "file" / "blobs").put(b"data")
