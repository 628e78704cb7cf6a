"""Records: one vocabulary, plain data, the same after a trip through JSON."""

import json
import subprocess
import sys
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from pydantic import ValidationError

from claw_core.event import Event, ModelReplied, Record, record_adapter
from tests.core.events import call, happenings, record, replied

KINDS: tuple[type[Any], ...] = get_args(get_args(Event)[0])


@given(happenings)
def test_a_record_comes_back_from_json_as_it_was(event: Event) -> None:
    original = record(7, event)
    line = record_adapter().dump_json(original)
    assert record_adapter().validate_json(line) == original


@pytest.mark.parametrize("at", [datetime(2026, 1, 31, 12, 0, 0, 0, UTC), datetime(2026, 1, 31, 12, 0, 0, 120, UTC)])
def test_a_time_has_six_digits_whatever_it_is(at: datetime) -> None:
    line = record_adapter().dump_json(replace(record(7, replied()), at=at))
    assert json.loads(line)["at"] == f"2026-01-31T12:00:00.{at.microsecond:06}Z"
    assert record_adapter().validate_json(line).at == at


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_frozen_named_noun_verb_and_says_so_first(kind: type[Any]) -> None:
    assert is_dataclass(kind)
    first = fields(kind)[0]
    assert first.name == "kind"
    noun, verb = str(first.default).split(".")
    assert noun.isalpha()
    assert verb.isalpha()
    assert kind.__doc__


def test_kinds_are_distinct() -> None:
    names = [fields(kind)[0].default for kind in KINDS]
    assert len(set(names)) == len(names)


UNSIGNED = {"malformed": "", "signature": "", "by": ""}


def test_a_record_reads_as_the_contract_says() -> None:
    line = json.loads(record_adapter().dump_json(record(12, replied("hi", call("c1", path="a.py")))))
    assert list(line) == ["seq", "at", "turn", "agent", "event"]
    assert line["at"] == "2026-01-31T12:00:00.000012Z"
    assert next(iter(line["event"])) == "kind"
    assert line["event"]["message"] == {
        "role": "assistant",
        "parts": [
            {"kind": "text", "text": "hi", "phase": "", "citations": []},
            {"kind": "call", "id": "c1", "name": "read", "input": {"path": "a.py"}, **UNSIGNED},
        ],
    }


def test_an_unknown_field_or_kind_is_no_record() -> None:
    with pytest.raises(ValidationError):
        record_adapter().validate_python({"seq": 1, "at": "2026-01-31T12:00:00Z", "turn": 1, "agent": "main"})


def test_the_words_load_without_pydantic() -> None:
    code = (
        "import sys, claw_core.event, claw_core.intent, claw_core.session.stream; sys.exit('pydantic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_union_is_closed() -> None:
    assert ModelReplied in KINDS
    assert Record not in KINDS
