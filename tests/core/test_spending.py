"""What all sessions took: nothing is counted twice, and what is unknown is not zero."""

from pathlib import Path

from claw_core.event import Event, ModelCalled, ModelReplied
from claw_core.message import Message, Usage
from claw_core.session.log import LOG, Log
from claw_core.session.shelf import Shelf
from claw_core.spending import spending
from tests.core.events import record, started


def called(model: str) -> ModelCalled:
    return ModelCalled(provider="p", model=model, dialect="d", url="u", parameters={}, lists={}, size=1)


def replied(cost: float | None) -> ModelReplied:
    message = Message(role="assistant", parts=())
    return ModelReplied(message=message, usage=Usage(input=100, output=10), stop="end", cost=cost)


def keep(shelf: Shelf, name: str, first: int, *happened: Event) -> None:
    log = Log.create(shelf.folder / name)
    for seq, event in enumerate((started(name), *happened), start=first):
        log.write(record(seq, event))
    log.close()


def test_it_adds_up_by_model_project_and_day(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    keep(shelf, "a", 1, called("big"), replied(0.5), called("small"), replied(None))
    keep(shelf, "b", 50, called("big"), replied(0.25))
    by_model = spending(shelf.folders(), "model")
    assert [(row.name, row.spent.price, len(row.sessions)) for row in by_model.rows] == [
        ("p/big", 0.75, 2),
        ("p/small", None, 1),
    ]
    assert by_model.total.as_json()["cost"] is None
    assert by_model.total.as_json()["known_cost"] == 0.75
    assert [row.name for row in spending(shelf.folders(), "project").rows] == ["/work"]
    assert len(spending(shelf.folders(), "day").rows) == 1


def test_what_a_fork_shares_is_counted_once(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    keep(shelf, "20260101-a", 1, called("big"), replied(0.5))
    shelf.fork("20260101-a")
    assert spending(shelf.folders(), "model").total.spent.calls == 1


def test_a_damaged_session_is_named_and_not_counted(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    keep(shelf, "a", 1, called("big"), replied(0.5))
    keep(shelf, "b", 1)
    (tmp_path / "b" / LOG).write_bytes(b"\x00\n")
    found = spending(shelf.folders(), "model")
    assert found.unreadable == ["b"]
    assert found.total.spent.calls == 1
