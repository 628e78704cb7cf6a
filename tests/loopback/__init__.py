"""A model server of the tests' own: a real socket on this machine, HTTP/1.1, real server-sent events.

It answers `POST /v1/chat/completions` (and `/v1/responses`, `/v1/messages`) as it is told and `GET /v1/models`, and
keeps what it was sent. In a test:

    async with Loopback([says("Hello")]) as server:
        ... talk to server.url ...
        assert server.requests[0].json["model"] == "tiny"

Answers are given in order of arrival, or by a function of the request; a `ScriptedReply` is an answer, too. Beside code
that is not async, `serving(...)` runs it in a thread. For a process of its own (a test that drives a terminal),
`python -m tests.loopback --script FILE` plays a script file (see `claw_core/scripting.py`), and prints its port.
"""

from tests.loopback.answer import (
    Answer,
    Pause,
    Received,
    Told,
    Wait,
    breaks_off,
    chunk,
    completion,
    cut,
    event,
    refuses,
    says,
    streamed,
)
from tests.loopback.server import MODELS, Loopback, by_place, serving

__all__ = [
    "MODELS",
    "Answer",
    "Loopback",
    "Pause",
    "Received",
    "Told",
    "Wait",
    "breaks_off",
    "by_place",
    "chunk",
    "completion",
    "cut",
    "event",
    "refuses",
    "says",
    "serving",
    "streamed",
]
