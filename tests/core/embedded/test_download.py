"""A model's file is fetched once, goes on where it was cut, and is there only when it is whole and the right one."""

import asyncio
import threading
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from claw_core.embedded.download import HUB, address_of, fetch, gigabytes
from claw_core.embedded.weights import KNOWN, RemoteFile
from claw_core.error import ModelFileUnusable, ProviderError, ServerFailed, ServerUnreachable, StreamBroken
from claw_core.provider import Network
from tests.core.embedded.file_server import FileServer, serving_file

CONTENT = bytes(range(256)) * 20_000
FILE = RemoteFile(
    repository="someone/Tiny-GGUF",
    revision="abc123",
    name="tiny.gguf",
    size=len(CONTENT),
    sha256=sha256(CONTENT).hexdigest(),
)


async def fetched(server: FileServer, target: Path, file: RemoteFile = FILE) -> list[int]:
    """How far it was, each time it was told."""
    url = address_of(file, {"HF_ENDPOINT": server.url})
    return [size async for size in fetch(file, target, url, Network())]


async def test_a_file_comes_whole_and_tells_how_far_it_is(tmp_path: Path) -> None:
    target = tmp_path / "models" / "tiny.gguf"
    with serving_file(FileServer(CONTENT)) as server:
        sizes = await fetched(server, target)
    assert target.read_bytes() == CONTENT
    assert sizes == sorted(sizes)
    assert len(sizes) > 3
    assert sizes[-1] == len(CONTENT)
    assert server.asked[0] == ("/someone/Tiny-GGUF/resolve/abc123/tiny.gguf", None)
    assert sorted(path.name for path in target.parent.iterdir()) == [".tiny.gguf.lock", "tiny.gguf"]


async def test_it_goes_on_where_it_was_cut(tmp_path: Path) -> None:
    target = tmp_path / "tiny.gguf"
    with serving_file(FileServer(CONTENT, breaks_after=3_000_000)) as server:
        with pytest.raises(StreamBroken, match=r"came only to \d\d %") as cut:
            await fetched(server, target)
        assert cut.value.retryable
        assert not target.exists()
        held = (tmp_path / "tiny.gguf.part").stat().st_size
        assert 0 < held <= 3_000_000
        sizes = await fetched(server, target)
    assert server.asked[-1][1] == f"bytes={held}-"
    assert sizes[0] > held
    assert target.read_bytes() == CONTENT


async def test_a_server_that_knows_no_parts_begins_anew(tmp_path: Path) -> None:
    target = tmp_path / "tiny.gguf"
    (tmp_path / "tiny.gguf.part").write_bytes(b"what came of another file")
    with serving_file(FileServer(CONTENT, knows_ranges=False)) as server:
        await fetched(server, target)
    assert target.read_bytes() == CONTENT


async def test_another_file_than_was_promised_is_thrown_away(tmp_path: Path) -> None:
    other = CONTENT[:-1] + b"!"
    with serving_file(FileServer(other)) as server, pytest.raises(ModelFileUnusable, match="checksum") as refused:
        await fetched(server, tmp_path / "tiny.gguf")
    assert FILE.sha256 in refused.value.message
    assert [path.name for path in tmp_path.iterdir()] == [".tiny.gguf.lock"]


@pytest.mark.parametrize("content", [CONTENT + b"more", CONTENT[:-5]])
async def test_a_file_of_another_size_is_not_even_fetched(tmp_path: Path, content: bytes) -> None:
    with serving_file(FileServer(content)) as server, pytest.raises(ModelFileUnusable, match="another tiny"):
        await fetched(server, tmp_path / "tiny.gguf")


async def test_without_a_network_it_is_said_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ServerUnreachable, match="nobody answers") as offline:
        await fetched(FileServer(b"", url="http://127.0.0.1:1"), tmp_path / "tiny.gguf")
    assert "--model ./NAME.gguf" in offline.value.hint


@pytest.mark.parametrize(("status", "kind"), [(404, ModelFileUnusable), (403, ModelFileUnusable), (503, ServerFailed)])
async def test_what_a_server_refuses_is_said(tmp_path: Path, status: int, kind: type[ProviderError]) -> None:
    with serving_file(FileServer(CONTENT, status=status)) as server, pytest.raises(kind, match=str(status)):
        await fetched(server, tmp_path / "tiny.gguf")


async def test_where_there_is_no_room_nothing_is_asked_for(tmp_path: Path) -> None:
    huge = replace(FILE, size=1 << 60)
    with serving_file(FileServer(CONTENT)) as server:
        with pytest.raises(ModelFileUnusable, match="There is no room for tiny"):
            await fetched(server, tmp_path / "tiny.gguf", huge)
        assert server.asked == []


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file is in the way")
    with serving_file(FileServer(CONTENT)) as server, pytest.raises(ModelFileUnusable, match="cannot be kept"):
        await fetched(server, tmp_path / "models" / "tiny.gguf")


async def test_two_who_want_it_fetch_it_once(tmp_path: Path) -> None:
    with serving_file(FileServer(CONTENT, held=threading.Event())) as server:
        one = asyncio.create_task(fetched(server, tmp_path / "tiny.gguf"))
        await asyncio.to_thread(server.reached.wait, 30)
        two = asyncio.create_task(fetched(server, tmp_path / "tiny.gguf"))
        assert server.held is not None
        server.held.set()
        await asyncio.gather(one, two)
        assert len([path for path, _ in server.asked if path.startswith("/store/")]) == 1
    assert (tmp_path / "tiny.gguf").read_bytes() == CONTENT


async def test_who_stops_waiting_leaves_what_came(tmp_path: Path) -> None:
    with serving_file(FileServer(CONTENT)) as server:
        url = address_of(FILE, {"HF_ENDPOINT": server.url})
        sizes = fetch(FILE, tmp_path / "tiny.gguf", url, Network())
        first = await anext(sizes)
        await sizes.aclose()
        assert (tmp_path / "tiny.gguf.part").stat().st_size == first
        assert (await fetched(server, tmp_path / "tiny.gguf"))[-1] == len(CONTENT)


def test_known_models_are_fetched_from_a_fixed_revision() -> None:
    for weights in KNOWN.values():
        for file in weights.files:
            assert address_of(file, {}) == f"{HUB}/{file.repository}/resolve/{file.revision}/{file.name}"
            assert len(file.revision) == 40
            assert len(file.sha256) == 64
    assert gigabytes(KNOWN["smollm3"].model.size) == "1.9 GB"
