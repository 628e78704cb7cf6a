"""Compaction: a conversation larger than its window goes on, and nothing that matters is lost on the way."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.catalog import ModelCard
from claw_core.error import ContextTooLong, ServerFailed
from claw_core.event import (
    COMPACTION,
    CommandRan,
    ContextCompacted,
    ContextRestored,
    ModelCalled,
    ModelReplied,
    NoticeRaised,
    TurnFailed,
    TurnFinished,
)
from claw_core.intent import RunCommand
from claw_core.message import Call, Message, Result, Text, Usage
from claw_core.provider import ModelRequest, encode
from claw_core.pruning import fitted, kept_from, outputs, to_shorten
from claw_core.result import result_of
from claw_core.scripting import ScriptedCall, ScriptedReply
from claw_core.session.log import read_log
from claw_core.transcript import Piece, Transcript, as_messages
from tests.core.acting import Acting

BRIEF = "## Goal\nRead them all.\n## Decisions\nNone.\n## Files\npage files.\n## Open threads\nThe rest."


class Model:
    """A model with a real window: it counts what it is sent in its own way, refuses what is too long, and does its
    steps; asked for a brief, it writes one."""

    def __init__(self, window: int, steps: Sequence[ScriptedReply]) -> None:
        self.window = window
        self.steps = list(steps)
        self.requests: list[ModelRequest] = []
        self.refused = 0

    def __call__(self, request: ModelRequest) -> ScriptedReply:
        size = count(request)
        if size > self.window:
            self.refused += 1
            return ScriptedReply(error=ContextTooLong("The prompt is too long."))
        self.requests.append(request)
        reply = ScriptedReply(text=BRIEF) if asks_for_brief(request) else self.steps.pop(0)
        return replace(reply, usage=Usage(input=size, output=50))


def count(request: ModelRequest) -> int:
    """Not as we estimate: 3.1 characters a token."""
    text = request.system + "".join(encode(tool.schema).decode() + tool.description for tool in request.tools)
    return int((len(text) + sum(map(characters, request.messages))) / 3.1)


def characters(message: Message) -> int:
    total = 0
    for part in message.parts:
        match part:
            case Text(text=text):
                total += len(text)
            case Call(input=input):
                total += len(encode(input))
            case Result(parts=parts):
                total += sum(len(inner.text) for inner in parts if isinstance(inner, Text))
            case _:
                pass
    return total


def asks_for_brief(request: ModelRequest) -> bool:
    last = request.messages[-1].parts[-1]
    return isinstance(last, Text) and "## Open threads" in last.text


def reads(number: int) -> list[ScriptedReply]:
    """The model reads so many files, one after the other, and is done."""
    steps = [
        ScriptedReply(text=f"Page {n}.", calls=(ScriptedCall(name="read", input={"path": f"page{n}.txt"}),))
        for n in range(number)
    ]
    return [*steps, ScriptedReply(text="All read.")]


def reader(folder: Path, model: Model, *, known: int | None, pages: int) -> Acting:
    """A session whose model can only read, with files to read."""
    acting = Acting(folder, model)
    acting.harness.tools = {"read": acting.harness.tools["read"]}
    acting.harness.card = ModelCard(window=known)
    for n in range(pages):
        acting.write(f"page{n}.txt", "".join(f"Line {line} of page {n} says nothing new.\n" for line in range(40)))
    return acting


@pytest.mark.parametrize("known", [4000, None])
async def test_a_conversation_of_many_windows_goes_on_in_a_window_of_4k(tmp_path: Path, known: int | None) -> None:
    model = Model(4000, reads(30))
    acting = reader(tmp_path, model, known=known, pages=30)
    await acting.ask("Read all thirty pages, please, and tell me the word on page 17.")
    assert acting.only(TurnFinished).stop == "done"
    assert model.refused == (0 if known else 1)
    assert len(acting.all(ContextCompacted)) > 3
    for request in model.requests:
        if not asks_for_brief(request) or len(request.messages) > 1:
            first = request.messages[0].parts[0]
            assert first == Text(text="Read all thirty pages, please, and tell me the word on page 17.")
    for compacted in acting.all(ContextCompacted):
        assert compacted.after < compacted.before
        assert compacted.told
    await acting.session.close()


async def test_a_window_of_a_million_is_used(tmp_path: Path) -> None:
    steps = [replace(step, usage=Usage(input=200_000 * n + 10_000, output=50)) for n, step in enumerate(reads(5))]
    acting = Acting(tmp_path, [*steps[:5], ScriptedReply(text=BRIEF), *steps[5:]])
    acting.harness.card = ModelCard(window=1_000_000)
    for n in range(5):
        acting.write(f"page{n}.txt", f"Page {n}.\n")
    await acting.ask("Read.")
    assert acting.all(ContextCompacted) == []
    assert acting.session.totals.context > 800_000
    await acting.session.close()


async def test_old_results_go_first_and_no_model_is_asked_for_that(tmp_path: Path) -> None:
    model = Model(12_000, reads(30))
    acting = reader(tmp_path, model, known=12_000, pages=30)
    acting.write("page0.txt", "word after word\n" * 600)
    await acting.ask("Read all.")
    first = acting.all(ContextCompacted)[0]
    assert first.summary == ""
    assert first.shortened[0].call == "call_1"
    assert "`read page0.txt`" in first.told
    assert first.after < 0.7 * first.before
    await acting.session.close()


async def test_what_was_compacted_can_be_previewed_undone_and_replayed(tmp_path: Path) -> None:
    model = Model(100_000, [*reads(6), ScriptedReply(text="I still know.")])
    acting = reader(tmp_path, model, known=16_000, pages=6)
    await acting.ask("Read six.")
    before = acting.harness.transcript.messages
    size = acting.session.totals.context

    assert "stay" in await command(acting, "compact", "preview")
    assert acting.harness.transcript.messages == before

    assert await command(acting, "compact", "the word on page 3") == ""
    compacted = acting.only(ContextCompacted)
    assert acting.session.totals.context == compacted.after < size
    assert acting.harness.transcript.messages != before
    asked = model.requests[-1]
    assert "the word on page 3" in str(asked.messages[-1].parts[-1])
    shared = len(asked.messages) - 1
    assert shared > 5
    assert asked.messages[:shared] == before[:shared]  # the prefix that the provider has cached

    await acting.session.close()
    again = Transcript()
    for record in read_log(acting.home).records:
        again.add(record)
    assert again.messages == acting.harness.transcript.messages


async def test_undoing_brings_every_message_back(tmp_path: Path) -> None:
    model = Model(100_000, [*reads(6), ScriptedReply(text="I still know.")])
    acting = reader(tmp_path, model, known=16_000, pages=6)
    await acting.ask("Read six.")
    before, size = acting.harness.transcript.messages, acting.session.totals.context
    await command(acting, "compact", "")
    assert "whole again" in await command(acting, "compact", "undo")
    assert acting.harness.transcript.messages == before
    assert abs(acting.session.totals.context - size) <= 2
    assert acting.only(ContextRestored).seq > 0
    await command(acting, "compact", "undo")
    assert acting.all(NoticeRaised)[-1].message == "Nothing was compacted in this session."
    await acting.session.close()


async def test_the_plan_and_the_files_are_known_afterwards(tmp_path: Path) -> None:
    todo = ScriptedCall(name="todo", input={"todos": [{"content": "Read page 5", "status": "in_progress"}]})
    edit = ScriptedCall(name="write", input={"path": "notes.md", "content": "Nothing new.\n"})
    model = Model(100_000, [ScriptedReply(calls=(todo,)), ScriptedReply(calls=(edit,)), *reads(6)])
    acting = Acting(tmp_path, model)
    acting.harness.card = ModelCard(window=60_000)
    for n in range(6):
        acting.write(f"page{n}.txt", "x\n" * 400)
    await acting.ask("Read six.")
    await command(acting, "compact", "")
    summary = acting.only(ContextCompacted).summary
    assert "- [~] Read page 5" in summary
    assert "- notes.md (changed)" in summary
    assert "- page2.txt (read)" in summary
    assert BRIEF in summary
    await acting.session.close()


async def test_the_brief_costs_what_it_costs_and_is_no_answer(tmp_path: Path) -> None:
    model = Model(100_000, reads(6))
    acting = reader(tmp_path, model, known=16_000, pages=6)
    await acting.ask("Read six.")
    calls = acting.session.totals.all.calls
    await command(acting, "compact", "")
    assert acting.session.totals.all.calls == calls + 1
    assert result_of("s1", acting.session.stream.records).turns == calls
    agents = {r.agent for r in acting.session.stream.records if isinstance(r.event, ModelCalled | ModelReplied)}
    assert agents == {"main", COMPACTION}
    called = [r for r in acting.session.stream.records if isinstance(r.event, ModelCalled)][-1]
    assert b"## Open threads" in acting.session.request_bytes(called)
    assert all(message.text != BRIEF for message in acting.harness.transcript.messages if message.role == "assistant")
    await acting.session.close()


async def test_a_model_that_cannot_write_the_brief_is_not_the_end(tmp_path: Path) -> None:
    def failing(request: ModelRequest) -> ScriptedReply:
        if asks_for_brief(request):
            return ScriptedReply(error=refusal)
        return model(request)

    refusal = ServerFailed("No.")
    refusal.retryable = False
    model = Model(100_000, [replace(step, text="I think aloud. " * 60) for step in reads(12)])
    acting = Acting(tmp_path, failing)
    acting.harness.tools = {"read": acting.harness.tools["read"]}
    acting.harness.card = ModelCard(window=4000)
    for n in range(12):
        acting.write(f"page{n}.txt", "Nothing new here.\n" * 80)
    await acting.ask("Read.")
    assert acting.only(TurnFinished).stop == "done"
    assert "No room could be made" in acting.all(NoticeRaised)[0].message
    await acting.session.close()


async def test_a_prompt_that_no_window_holds_ends_the_turn_with_what_to_do(tmp_path: Path) -> None:
    model = Model(1000, reads(1))
    acting = reader(tmp_path, model, known=None, pages=1)
    await acting.ask("word " * 5000)
    assert acting.only(TurnFailed).error == "ContextTooLong"
    assert model.refused == 1
    await acting.session.close()


async def command(acting: Acting, name: str, words: str) -> str:
    """Run a slash command; what it says."""
    said = len(acting.all(CommandRan)) + len(acting.all(NoticeRaised))
    cursor = acting.session.stream.cursor()
    acting.session.send(RunCommand(name=name, words=words))
    async for record in cursor:
        over = len(acting.all(CommandRan)) + len(acting.all(NoticeRaised)) > said
        if over and isinstance(record.event, CommandRan | NoticeRaised):
            cursor.close()
    return acting.all(CommandRan)[-1].output if acting.all(CommandRan) else ""


# ---- pruning


def weigh(piece: Piece) -> float:
    return sum(len(str(part)) for part in piece.parts) / 4


@st.composite
def conversations(draw: st.DrawFn) -> list[Piece]:
    """Prompts, answers with calls, and their results, some of them large."""
    pieces = [Piece(1, "user", (Text(text="start"),), stays=True)]
    for number in range(draw(st.integers(0, 12))):
        seq = len(pieces) + 1
        match draw(st.sampled_from(["prompt", "answer", "calls"])):
            case "prompt":
                pieces.append(Piece(seq, "user", (Text(text=f"words {number}"),), stays=True))
            case "answer":
                pieces.append(Piece(seq, "assistant", (Text(text="said " * draw(st.integers(1, 300))),)))
            case _:
                path = draw(st.sampled_from(["a.py", "b.py"]))
                call = Call(id=f"c{number}", name=draw(st.sampled_from(["read", "bash", "edit"])), input={"path": path})
                text = "out " * draw(st.integers(0, 2000))
                pieces.append(Piece(seq, "assistant", (call,)))
                pieces.append(Piece(seq + 1, "user", (Result(id=call.id, parts=(Text(text=text),)),)))
    return pieces


@given(conversations(), st.floats(0, 4000))
def test_no_call_is_parted_from_its_result(pieces: list[Piece], budget: float) -> None:
    start = kept_from(pieces, weigh, budget)
    kept, gone = pieces[start:], pieces[:start]
    asked = {part.id for piece in kept for part in piece.parts if isinstance(part, Call)}
    answered = {part.id for piece in kept for part in piece.parts if isinstance(part, Result)}
    assert asked == answered
    assert [*gone, *kept] == pieces


@given(conversations(), st.floats(0, 4000), st.floats(50, 4000))
def test_whatever_is_pruned_the_words_stay_and_the_rest_is_well_formed(
    pieces: list[Piece], save: float, budget: float
) -> None:
    from claw_core.transcript import compacted_pieces

    start = kept_from(pieces, weigh, budget)
    cut = fitted(pieces[start:], weigh, budget)
    summary = ContextCompacted(summary="Brief.", seq=pieces[start - 1].seq if start else 0, shortened=cut)
    left = compacted_pieces(pieces, summary)
    for message in as_messages(left):
        assert message.parts
    words = [piece.parts for piece in pieces if piece.stays]
    assert [piece.parts for piece in left if piece.stays] == words
    drop = to_shorten(pieces, weigh, save)
    assert {each.call.id for each in drop} <= {each.call.id for each in outputs(pieces, weigh)}
    assert len({each.call.id for each in drop}) == len(drop)


def test_a_file_that_was_read_again_or_changed_goes_before_what_is_larger() -> None:
    def use(number: int, name: str, path: str, size: int) -> list[Piece]:
        call = Call(id=f"c{number}", name=name, input={"path": path})
        result = Result(id=call.id, parts=(Text(text="x" * size),))
        return [Piece(number * 2, "assistant", (call,)), Piece(number * 2 + 1, "user", (result,))]

    pieces = [
        *use(1, "read", "a.py", 2000),
        *use(2, "bash", "", 9000),
        *use(3, "edit", "a.py", 10),
        *use(4, "bash", "", 10),
        *use(5, "bash", "", 10),
    ]
    assert [each.call.id for each in to_shorten(pieces, weigh, 100)] == ["c1"]
    assert [each.call.id for each in to_shorten(pieces, weigh, 1000)] == ["c1", "c2"]
