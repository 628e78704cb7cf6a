"""What was sent: from a request body to a record, and back to the very bytes.

A record names the pieces of a body by their content hashes; of the lists that repeat (tools, messages) it names only
what differs from the same agent's previous request. So fifty turns cost the size of one conversation, the first
difference is where the prompt cache broke, and no request has to be guessed.
"""

from collections.abc import Iterable

from claw_core.checkpoint import Blobs
from claw_core.event import ModelCalled, Record, SentList
from claw_core.provider import Body, Provider, encode

Hashes = dict[str, tuple[str, ...]]


class Sent:
    """The last request of each agent, as hashes."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._last: dict[str, Hashes] = {}

    def event(self, provider: Provider, model: str, body: Body, agent: str) -> ModelCalled:
        """Keep the body's pieces and say what it is. Writes files: call it off the event loop."""
        last = self._last.get(agent, {})
        lists: dict[str, SentList] = {}
        for name, elements in body.lists.items():
            hashes = tuple(self._blobs.put(encode(element)) for element in elements)
            keep = _shared(last.get(name, ()), hashes)
            lists[name] = SentList(keep=keep, then=hashes[keep:])
        return ModelCalled(
            provider=provider.name,
            model=model,
            dialect=provider.dialect,
            url=provider.url,
            parameters=body.parameters,
            lists=lists,
            size=len(body.encode()),
        )

    def add(self, record: Record) -> None:
        """Take a record into account."""
        if isinstance(record.event, ModelCalled):
            self._last[record.agent] = _whole(self._last.get(record.agent, {}), record.event)


def request_bytes(records: Iterable[Record], seq: int, blobs: Blobs) -> bytes:
    """The body of the request that record `seq` tells of, byte for byte. Raises LookupError where it tells of none."""
    last: dict[str, Hashes] = {}
    for record in records:
        if not isinstance(record.event, ModelCalled):
            continue
        last[record.agent] = _whole(last.get(record.agent, {}), record.event)
        if record.seq == seq:
            return _assemble(record.event, last[record.agent], blobs)
    raise LookupError(f"record {seq} is no request")


def _assemble(called: ModelCalled, hashes: Hashes, blobs: Blobs) -> bytes:
    fields = [encode(name) + b":" + encode(value) for name, value in called.parameters.items()]
    for name, elements in hashes.items():
        fields.append(encode(name) + b":[" + b",".join(blobs.get(element) for element in elements) + b"]")
    return b"{" + b",".join(fields) + b"}"


def _whole(last: Hashes, called: ModelCalled) -> Hashes:
    return {name: last.get(name, ())[: part.keep] + part.then for name, part in called.lists.items()}


def _shared(old: tuple[str, ...], new: tuple[str, ...]) -> int:
    """How many leading elements two lists share."""
    for index, (a, b) in enumerate(zip(old, new, strict=False)):
        if a != b:
            return index
    return min(len(old), len(new))
