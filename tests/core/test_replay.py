"""Replay: what happened, read back record by record."""

from pathlib import Path

from claw_core.event import ModelCalled, PromptSubmitted
from claw_core.replay import Replay
from tests.core.acting import Acting, says


async def test_a_replay_holds_what_the_session_held(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("Let me look.", ("glob", {"pattern": "*"})), says("Done.")])
    await acting.ask("look around")
    bodies = [
        acting.session.request_bytes(record)
        for record in acting.session.stream.records
        if isinstance(record.event, ModelCalled)
    ]
    await acting.session.close()
    replay = Replay(acting.home)
    assert list(replay.records) == acting.session.stream.records
    assert replay.title == "look around"
    called = [record for record in replay.records if isinstance(record.event, ModelCalled)]
    assert [replay.request_bytes(record) for record in called] == bodies


async def test_it_stands_at_the_last_record_up_to_a_place(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("Hello, and some more words that stream.")])
    await acting.ask()
    await acting.session.close()
    replay = Replay(acting.home)
    prompt = next(record for record in replay.records if isinstance(record.event, PromptSubmitted))
    last = replay.records[-1]
    assert replay.position == 0
    for wanted, position in (
        (prompt.seq, prompt.seq),
        (10**9, last.seq),
        (last.seq - 1, replay.records[-2].seq),
        (0, 0),
    ):
        replay.seek(wanted)
        assert replay.position == position
