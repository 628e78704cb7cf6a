"""Fetching a model's file: it goes on where it was cut, and it is only there once it is whole and the right one."""

import asyncio
import errno
import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from claw_core.embedded.weights import RemoteFile
from claw_core.error import ModelFileUnusable, ServerFailed, ServerUnreachable, StreamBroken
from claw_core.provider import Network

HUB = "https://huggingface.co"
HUB_VARIABLE = "HF_ENDPOINT"
"""Names a mirror in its place, as for Hugging Face's own programs."""
PIECE = 1 << 20
"""Bytes written at a time."""
SPARE = 256 << 20
"""Bytes that have to stay free on the disk."""
STALL = 60.0
"""Seconds of silence after which the connection is given up."""
TURN = 0.5
"""Seconds between two looks at whether another process is done with the same file."""
RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
BY_HAND = "Or fetch the file by other means, and name it: --model ./NAME.gguf"


def address_of(file: RemoteFile, environ: Mapping[str, str]) -> str:
    """Where a file is fetched from."""
    hub = environ.get(HUB_VARIABLE, "").strip().rstrip("/") or HUB
    return f"{hub}/{file.repository}/resolve/{file.revision}/{file.name}"


async def fetch(file: RemoteFile, target: Path, url: str, network: Network) -> AsyncGenerator[int, None]:
    """Fetch a file to `target`; yields how many bytes of it are here.

    What came stays when it ends early, and the next time it goes on from there. Raises ServerUnreachable, ServerFailed
    and StreamBroken where trying again may help, ModelFileUnusable where it will not.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        async with _alone(target) as waiting:
            async for _ in waiting:
                yield _size(part)
            if _size(target):
                return
            async for size in _into(part, file, url, network):
                yield size
            await asyncio.to_thread(_settle, part, target, file)
    except OSError as error:
        raise _unkept(target, error) from error


@asynccontextmanager
async def _alone(target: Path) -> AsyncGenerator[AsyncGenerator[None, None], None]:
    """Only one process fetches a file. What is yielded waits until that is this one."""
    descriptor = os.open(target.with_name(f".{target.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    async def turn() -> AsyncGenerator[None, None]:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                yield
                await asyncio.sleep(TURN)

    try:
        yield turn()
    finally:
        os.close(descriptor)


async def _into(part: Path, file: RemoteFile, url: str, network: Network) -> AsyncGenerator[int, None]:
    """Bytes of the file up to its end, added to those that are in `part` already."""
    import httpx2

    from claw_core.dialects.connection import http_client

    held = _size(part)
    if held > file.size:
        held = _cut(part, 0)
    if held < file.size:
        _check_room(part.parent, file, held)
        way = Network(proxy=network.proxy, ca_file=network.ca_file, connect=network.connect or 10.0, stall=STALL)
        headers = {"accept-encoding": "identity", **({"range": f"bytes={held}-"} if held else {})}
        try:
            async with (
                http_client(url, way, follow_redirects=True) as client,
                client.stream("GET", url, headers=headers) as response,
            ):
                start = _start(response.status_code, response.headers, file, url)
                held = await asyncio.to_thread(_cut, part, start)
                async for size in _written(part, held, file, response.aiter_raw(PIECE)):
                    held = size
                    yield size
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError, httpx2.UnsupportedProtocol) as error:
            raise ServerUnreachable(
                f"{file.name} cannot be fetched: nobody answers at {url}.",
                f"It is fetched once, {gigabytes(file.size)}; check the network. {BY_HAND}",
            ) from error
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise _cut_off(file, held) from error
    if held < file.size:
        raise _cut_off(file, held)


async def _written(
    part: Path, held: int, file: RemoteFile, pieces: AsyncGenerator[bytes, None]
) -> AsyncGenerator[int, None]:
    with part.open("ab") as out:
        async for piece in pieces:
            if held + len(piece) > file.size:
                raise _other_file(file, "more than")
            await asyncio.to_thread(out.write, piece)
            held += len(piece)
            yield held


def _start(status: int, headers: Mapping[str, str], file: RemoteFile, url: str) -> int:
    """From which byte on the answer is. Raises ProviderError where it is none."""
    if status == 206:
        found = RANGE.match(headers.get("content-range", ""))
        if found is None or found[2] not in {"*", str(file.size)}:
            raise _other_file(file, "not")
        return int(found[1])
    if status == 200:
        if headers.get("content-length", str(file.size)) != str(file.size):
            raise _other_file(file, "not")
        return 0
    if status in {408, 429} or status >= 500:
        raise ServerFailed(f"{file.name} cannot be fetched now: {url} answers {status}.", "Try again later.")
    raise ModelFileUnusable(f"{file.name} cannot be fetched: {url} answers {status}.", BY_HAND)


def _cut(part: Path, start: int) -> int:
    """Drop what is beyond the byte that the answer begins with; where that is."""
    with part.open("ab") as file:
        if start > file.tell():
            raise ModelFileUnusable(f"The server sent another part of {part.stem} than was asked for.", BY_HAND)
        file.truncate(start)
    return start


def _size(path: Path) -> int:
    """Bytes of a file; 0 where there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _check_room(folder: Path, file: RemoteFile, held: int) -> None:
    free = shutil.disk_usage(folder).free
    if free - SPARE < file.size - held:
        raise ModelFileUnusable(
            f"There is no room for {file.name} in {folder}: it needs {gigabytes(file.size - held)}, "
            f"and {gigabytes(free)} are free.",
            "Make room, or keep models elsewhere: XDG_DATA_HOME names the folder.",
        )


def _settle(part: Path, target: Path, file: RemoteFile) -> None:
    """Where the bytes are the right ones, they are the file from now on; all at once. They are gone where not."""
    digest = hashlib.sha256()
    with part.open("rb") as written:
        while piece := written.read(PIECE):
            digest.update(piece)
        os.fsync(written.fileno())
    if digest.hexdigest() != file.sha256:
        part.unlink()
        raise ModelFileUnusable(
            f"What was fetched as {file.name} is not that file: its checksum is {digest.hexdigest()}, "
            f"and should be {file.sha256}. It was thrown away.",
            f"Try again; if it happens again, do not trust that server. {BY_HAND}",
        )
    part.replace(target)
    with suppress(OSError):  # a folder cannot be synced everywhere; the file was
        folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _cut_off(file: RemoteFile, held: int) -> StreamBroken:
    percent = held * 100 // file.size
    return StreamBroken(f"{file.name} came only to {percent} %, then the connection broke.", "It goes on from there.")


def _other_file(file: RemoteFile, how: str) -> ModelFileUnusable:
    return ModelFileUnusable(f"The server has another {file.name}: it has {how} {file.size} bytes.", BY_HAND)


def _unkept(target: Path, error: OSError) -> ModelFileUnusable:
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    why = "the disk is full" if full else error.strerror or str(error)
    hint = "Make room and try again: it goes on from there." if full else f"Check the folder {target.parent}."
    return ModelFileUnusable(f"{target.name} cannot be kept: {why}.", hint)


def gigabytes(size: int) -> str:
    """For people: `1.9 GB`, `12 MB`."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{max(size / 1e6, 0.1):.1f} MB"
