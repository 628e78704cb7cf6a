"""The vendor's own SDK reads the same off the wire as we do: the same chunks, and the same refusals."""

from collections.abc import Sequence
from typing import Any

import httpx2
import openai
import pytest

from claw_core.dialects.chat_completions import ChatCompletionsProvider
from claw_core.dialects.responses import ResponsesProvider
from claw_core.dialects.served import ServedProvider
from claw_core.dialects.untrusted import fields
from claw_core.error import ProviderError
from tests.conformance.recorded import ABSENT, Recording, recordings
from tests.loopback import Loopback

Read = tuple[list[object], bool]
"""The chunks, and whether the answer ended in an error."""


@pytest.mark.skipif(not recordings(), reason=ABSENT)
@pytest.mark.parametrize(
    ("wire", "kind"), [("openai.chat", ChatCompletionsProvider), ("openai.responses", ResponsesProvider)]
)
async def test_the_sdk_reads_the_same_chunks(wire: str, kind: type[ServedProvider]) -> None:
    exchanges = [each for each in recordings() if each.wire == wire and each.is_stream]
    assert len(exchanges) > 50
    theirs, ours = await read_by_the_sdk(exchanges, kind.path), await read_by_us(exchanges, kind)
    for exchange, their, our in zip(exchanges, theirs, ours, strict=True):
        assert their == our, (exchange.provider, exchange.name)


async def read_by_the_sdk(exchanges: Sequence[Recording], path: str) -> list[Read]:
    read: list[Read] = []
    async with (
        Loopback([each.answer() for each in exchanges]) as server,
        httpx2.AsyncClient(verify=False) as http,
        openai.AsyncOpenAI(api_key="sk-1", base_url=server.url, max_retries=0, http_client=http) as client,
    ):
        for _ in exchanges:
            chunks: list[object] = []
            try:
                stream: Any = await client.post(
                    path, content=b"{}", cast_to=object, stream=True, stream_cls=openai.AsyncStream[object]
                )
                async for chunk in stream:
                    chunks.append(chunk)  # noqa: PERF401 - those before an error count, too
            except openai.APIError:
                read.append((chunks, True))
            else:
                read.append((chunks, False))
    return read


async def read_by_us(exchanges: Sequence[Recording], kind: type[ServedProvider]) -> list[Read]:
    read: list[Read] = []
    async with Loopback([each.answer() for each in exchanges]) as server:
        provider = kind(name="recorded", label="The server", base_url=server.url, key="sk-1")
        wire = provider.open_wire()
        for _ in exchanges:
            chunks: list[object] = []
            try:
                async with await wire.send(kind.path, b"{}") as exchange:
                    async for chunk in exchange.chunks():
                        if fields(chunk).get("error"):
                            raise ProviderError("as the answer says")
                        chunks.append(chunk)
            except ProviderError:
                read.append((chunks, True))
            else:
                read.append((chunks, False))
        await wire.close()
    return read
