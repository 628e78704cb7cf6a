"""Replay: what happened, read back record by record."""

from pathlib import Path

from claw_core.event import ModelCalled
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
    replay = Replay.of(acting.home)
    assert list(replay.records) == acting.session.stream.records
    assert replay.title == "look around"
    called = [record for record in replay.records if isinstance(record.event, ModelCalled)]
    assert [replay.request_bytes(record) for record in called] == bodies


async def test_it_can_stand_anywhere_between_nothing_and_all(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("Hello.")])
    await acting.ask()
    await acting.session.close()
    replay = Replay.of(acting.home)
    assert replay.position == 0
    for wanted, position in ((2, 2), (10**9, len(replay.records)), (-1, 0)):
        assert replay.seek(wanted) == replay.position == position
