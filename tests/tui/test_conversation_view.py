"""The conversation as a fold: the same items whether it streamed or is read from a log."""

import pytest

from claw_core.ask import Allow, By, Deny, PermissionAsk
from claw_core.block import DiffBlock, Hunk
from claw_core.event import (
    AskAnswered,
    AskOpened,
    CallDelta,
    CallFinished,
    CallProgressed,
    CallStarted,
    CommandRan,
    Event,
    ModelCalled,
    ModelReplied,
    ModelRetried,
    NoticeRaised,
    PromptSteered,
    PromptSubmitted,
    TextDelta,
    ThoughtDelta,
    TurnFailed,
    TurnFinished,
    TurnInterrupted,
    TurnStarted,
)
from claw_core.message import Call, Message, Part, Refusal, Text, Thought, Usage
from claw_tui.item import AnswerItem, AnyItem, CallItem, CommandItem, NoticeItem, PromptItem, RestItem, ThoughtItem
from claw_tui.item_lines import Situation, draw
from claw_tui.line import plain
from claw_tui.transcript_text import transcript_text
from claw_tui.views.conversation import ConversationView
from tests.tui.bench import BEGAN, records

CALLED = ModelCalled(provider="openai", model="m", dialect="d", url="u", parameters={}, lists={}, size=1)
ALLOW = By(kind="person")


def replied(*parts: Part, cost: float | None = 0.01) -> ModelReplied:
    usage = Usage(input=100, output=20)
    return ModelReplied(message=Message(role="assistant", parts=parts), usage=usage, stop="end", cost=cost)


def folded(*events: Event) -> ConversationView:
    view = ConversationView()
    for record in records(events):
        view.fold(record)
    return view


def shown(view: ConversationView, width: int = 50) -> list[str]:
    rows: list[str] = []
    previous: AnyItem | None = None
    for item in view.items:
        rows += [plain(row).rstrip() for row in draw(item, width, Situation(previous=previous, now=BEGAN))]
        previous = item
    return rows


def words(text: str) -> list[Event]:
    return [TextDelta(text=text[at : at + 3]) for at in range(0, len(text), 3)]


def test_a_turn_reads_like_a_page() -> None:
    view = folded(
        PromptSubmitted(text="fix it"),
        TurnStarted(),
        CALLED,
        replied(Thought(text="where is it?"), Text(text="I look."), Call(id="c", name="read", input={"path": "a.py"})),
        CallStarted(id="c", name="read", input={"path": "a.py"}, target="a.py"),
        CallFinished(id="c", outcome="ok", parts=(), summary="2 lines", elapsed=0.003),
        CALLED,
        replied(Text(text="Done.")),
        TurnFinished(stop="done", elapsed=4.2),
    )
    assert shown(view) == [
        "› fix it",
        "",
        "▸ thought  where is it?",
        "",
        "I look.",
        "",
        " ● read   a.py                        2 lines  3ms",
        "",
        "Done.",
        "",
        "── done · 4.2s · 1 call · 240 tokens · $0.02 ─────",
    ]
    assert view.stable == len(view.items)
    assert not view.running


def test_what_streamed_and_what_a_log_holds_are_the_same_items() -> None:
    answer = "# Plan\n\n- one\n- two\n\nand so on"
    whole = replied(Thought(text="hm"), Text(text=answer))
    streamed = folded(TurnStarted(), CALLED, ThoughtDelta(text="h"), ThoughtDelta(text="m"), *words(answer), whole)
    logged = folded(TurnStarted(), CALLED, whole)
    assert shown(streamed) == shown(logged)
    assert [type(item) for item in streamed.items] == [type(item) for item in logged.items]


def test_an_item_that_is_painted_stays_while_the_answer_grows() -> None:
    view = folded(TurnStarted(), CALLED, *words("First paragraph.\n\nSecond"))
    first = view.items[0]
    version = first.version
    for record in records([TextDelta(text=" goes on\n\nThird")]):
        view.fold(record)
    assert view.items[0] is first
    assert first.version == version
    assert [item.piece.source for item in view.items if isinstance(item, AnswerItem)] == [
        "First paragraph.",
        "Second goes on",
        "Third",
    ]


def test_a_copy_of_an_answer_is_its_source() -> None:
    source = "Intro:\n\n- a\n- b\n\n```py\nx = 1\n```\n\nend"
    view = folded(CALLED, replied(Text(text=source)))
    assert {view.source(item) for item in view.items} == {source}


def test_a_retry_takes_back_what_streamed() -> None:
    view = folded(
        TurnStarted(),
        CALLED,
        *words("half an ans"),
        CallDelta(id="c", name="read", fragment='{"pa'),
        ModelRetried(attempt=1, error="StreamBroken", message="it ended", wait=2.0),
        CALLED,
        *words("whole"),
        replied(Text(text="whole")),
    )
    assert [type(item) for item in view.items] == [NoticeItem, AnswerItem]
    assert shown(view)[0] == " ! StreamBroken: it ended"


def test_a_call_is_seen_while_it_is_written_asked_about_run_and_over() -> None:
    view = ConversationView()
    hunk = Hunk(old_start=1, old_count=1, new_start=1, new_count=2, lines=("-a\n", "+b\n", "+c\n"))
    preview = (DiffBlock(path="a.py", hunks=(hunk,)),)
    ask = PermissionAsk(id="q", call="c", tool="edit", target="a.py", input={}, reason="", preview=preview)
    story = [
        TurnStarted(),
        CallDelta(id="c", name="edit", fragment="x" * 2000),
        CallStarted(id="c", name="edit", input={}, target="a.py"),
        AskOpened(ask=ask),
        AskAnswered(ask="q", call="c", answer=Allow(), by=ALLOW),
        CallProgressed(id="c", text="working\n"),
        CallFinished(id="c", outcome="ok", parts=(), blocks=preview, summary="+2 −1", elapsed=0.1),
    ]
    seen: list[str] = []
    for record in records(story):
        view.fold(record)
        if view.items:
            seen.append(plain(draw(view.items[0], 40, Situation())[0]).strip())
    assert [" ".join(row.split()) for row in seen] == [
        "◌ edit writing 2k",
        "◐ edit a.py",
        "◐ edit a.py +2 −1 waiting",
        "◐ edit a.py +2 −1",
        "◐ edit a.py +2 −1",
        "● edit a.py +2 −1 100ms",
    ]


@pytest.mark.parametrize(
    ("outcome", "sign", "below"),
    [
        ("error", "✗", "no such file"),
        ("timeout", "✗", "no such file"),
        ("denied", "⊘", "too risky"),
        ("interrupted", "◌", ""),
    ],
)
def test_how_a_call_ended_is_told_by_a_sign_and_a_reason(outcome: str, sign: str, below: str) -> None:
    finished = CallFinished(id="c", outcome=outcome, parts=(Text(text="no such file\nmore"),))  # pyright: ignore[reportArgumentType]  a word of Outcome
    denied = AskAnswered(ask="q", call="c", answer=Deny(), by=ALLOW, reason="too risky")
    rows = shown(folded(TurnStarted(), CallStarted(id="c", name="bash", input={}, target="x"), denied, finished))
    assert rows[0].startswith(f" {sign} bash")
    assert [row.strip(" │") for row in rows[1:]] == ([below] if below else [])


def test_an_interrupt_leaves_nothing_running() -> None:
    started = CallStarted(id="c", name="bash", input={}, target="sleep 9")
    view = folded(TurnStarted(), CALLED, *words("I wil"), started, TurnInterrupted(stopped=("bash sleep 9",)))
    call = next(item for item in view.items if isinstance(item, CallItem))
    assert call.state == "interrupted"
    assert isinstance(view.items[-1], RestItem)
    assert shown(view)[-1].startswith("── interrupted: stopped: bash sleep 9")


def test_a_failure_says_what_to_do() -> None:
    view = folded(TurnStarted(), TurnFailed(error="Unauthorized", message="The key was refused.", hint="Set another."))
    assert shown(view)[:2] == [" ✗ Unauthorized: The key was refused.", "   Set another."]


def test_notices_commands_and_words_said_meanwhile() -> None:
    view = folded(
        NoticeRaised(level="warning", message="low on disk", hint="free some"),
        CommandRan(name="cost", words="", output="**$0.10**\n\nin all"),
        PromptSteered(text="and the tests"),
        replied(Refusal(text="I'd rather not.")),
    )
    assert [type(item) for item in view.items] == [
        NoticeItem, CommandItem, AnswerItem, AnswerItem, PromptItem, NoticeItem,
    ]  # fmt: skip
    assert shown(view)[3:7] == ["/cost", "$0.10", "", "in all"]


def test_a_sub_agent_shows_in_the_row_that_started_it() -> None:
    view = folded(TurnStarted(), CallStarted(id="task", name="task", input={}, target="look around"))
    for record in records([CallStarted(id="x", name="grep", input={}, target="auth")], agent="task"):
        view.fold(record)
    assert len(view.items) == 1
    assert shown(view)[1].strip(" │") == "1 step · grep auth"
    ask = PermissionAsk(id="p", call="x", tool="bash", target="ls", input={}, reason="why", preview=())
    for record in records([AskOpened(ask=ask)], agent="task"):
        view.fold(record)
    assert "waiting" in shown(view)[0]
    answered = AskAnswered(ask="p", call="x", answer=Allow(), by=By(kind="person"))
    for record in records([answered, replied(Text(text="Found."))], agent="task"):
        view.fold(record)
    assert "waiting" not in shown(view)[0]
    for record in records([CallFinished(id="task", outcome="ok", parts=()), TurnFinished(stop="done", elapsed=2)]):
        view.fold(record)
    assert "2 calls · 120 tokens" in shown(view)[-1]


def test_output_from_outside_cannot_draw_outside_its_place() -> None:
    evil = "a\x1b[2J\x1b[31mb\u202ec"
    view = folded(
        PromptSubmitted(text=evil),
        replied(Text(text=evil)),
        CallStarted(id="c", name=evil, input={}, target=evil),
        CallFinished(id="c", outcome="error", parts=(Text(text=evil),), summary=evil),
        NoticeRaised(level="error", message=evil, hint=evil),
    )
    text = "\n".join(shown(view, 80))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "ab⟨U+202E⟩c" in text


def test_a_place_is_found_by_its_record() -> None:
    view = folded(PromptSubmitted(text="a"), TurnStarted(), replied(Text(text="b")), PromptSubmitted(text="c"))
    assert [view.index_of(seq) for seq in (0, 1, 2, 3, 4, 99)] == [None, 0, 0, 1, 2, 2]


def test_the_transcript_is_markdown() -> None:
    view = folded(
        PromptSubmitted(text="do\nit"),
        TurnStarted(),
        replied(Thought(text="hm"), Text(text="Yes:\n\n- a\n- b")),
        CallStarted(id="c", name="read", input={}, target="a.py"),
        CallFinished(id="c", outcome="ok", parts=(Text(text="line"),), summary="1 line"),
        TurnFinished(stop="done", elapsed=1.0),
    )
    assert transcript_text(view.items) == (
        "> do\n> it\n\n*hm*\n\nYes:\n\n- a\n- b\n\n- `read` a.py  (ok, 1 line)\n\n    line\n\n---\n*done*\n"
    )


def test_thoughts_fold_and_unfold() -> None:
    view = folded(replied(Thought(text="first\n\nsecond " + "word " * 30), Text(text="x")))
    thought = view.items[0]
    assert isinstance(thought, ThoughtItem)
    assert len(draw(thought, 40, Situation())) == 1
    assert len(draw(thought, 40, Situation(open=True))) > 4
