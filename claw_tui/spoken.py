"""The conversation as plain lines, for screen readers: what records say, and what words mean as an answer.

Each line stands for itself: it says who speaks or what happened in words, with no sign, colour or place that would have
to be seen. Nothing is said twice, and nothing is drawn again.
"""

import re
from collections.abc import Iterator

from claw_core.ask import Allow, Answer, Ask, Deny, PermissionAsk, PlanAsk, QuestionAsk, Reply
from claw_core.block import Block, DiffBlock
from claw_core.event import (
    MAIN,
    AskAnswered,
    AskOpened,
    CallFinished,
    CallStarted,
    CommandRan,
    ModelReplied,
    ModelRetried,
    ModelSwitched,
    ModeSwitched,
    NoticeRaised,
    Record,
    TurnFailed,
    TurnFinished,
    TurnInterrupted,
)
from claw_tui.amount import seconds
from claw_tui.line import clean, one_line
from claw_tui.painter import source

WAYS = "Answer yes, session, always, no, or no and the reason. Say show to hear it whole, stop to end the turn."
SESSION, ALWAYS, YES, NO = ("session", "a"), ("always",), ("yes", "y", "ok"), ("no", "n")


class Telling:
    """Says records, one after the other."""

    def __init__(self) -> None:
        self.open: dict[str, Ask] = {}
        """What waits for an answer, the oldest first."""

    def say(self, record: Record) -> list[str]:
        """What a record adds; empty where it adds nothing a person has to hear."""
        who = "" if record.agent == MAIN else "Sub-agent: "
        return [f"{who}{line}" for line in self._lines(record)]

    def _lines(self, record: Record) -> Iterator[str]:
        match record.event:
            case ModelReplied(message=message) if message.text.strip() and record.agent == MAIN:
                yield f"Claw: {clean(message.text.strip())}"
            case CallStarted(name=name, target=target):
                yield f"Running: {one_line(name)} {one_line(target)}"
            case CallFinished(outcome=outcome, summary=summary, elapsed=elapsed, blocks=blocks):
                said = "Done" if outcome == "ok" else f"Ended, {outcome}"
                yield f"{said}: {one_line(summary) or changed(blocks) or 'no result to tell'}, {seconds(elapsed)}."
            case AskOpened(ask=ask):
                self.open[ask.id] = ask
                yield from question(ask)
            case AskAnswered(ask=ask, answer=answer, by=by):
                if self.open.pop(ask, None) is not None:
                    yield f"Answered: {answer.kind}, by {by.kind}."
            case NoticeRaised(level=level, message=message, hint=hint):
                yield f"{level.capitalize()}: {clean(message)} {clean(hint)}".rstrip()
            case CommandRan(name=name, output=output):
                yield f"Command {one_line(name)}: {clean(output)}"
            case _:
                yield from _turns(record)


def _turns(record: Record) -> Iterator[str]:
    match record.event:
        case ModelRetried(message=message, wait=wait):
            yield f"The model could not be had: {clean(message)} Asked again in {seconds(wait)}."
        case ModelSwitched(model=model):
            yield f"From now on {one_line(model)} answers."
        case ModeSwitched(mode=mode):
            yield f"Permission mode: {mode}."
        case TurnFinished(elapsed=elapsed) if record.agent == MAIN:
            yield f"Finished, {seconds(elapsed)}."
        case TurnInterrupted() if record.agent == MAIN:
            yield "Interrupted."
        case TurnFailed(message=message, hint=hint) if record.agent == MAIN:
            yield f"Failed: {clean(message)} {clean(hint)}".rstrip()
        case _:
            return


def question(ask: Ask) -> Iterator[str]:
    """What an ask asks, and how it can be answered."""
    match ask:
        case PermissionAsk():
            yield f"Permission needed: {one_line(ask.tool)} {one_line(ask.target)}"
            yield f"Why: {clean(ask.reason)}"
            for text in ask.after:
                yield f"Mind: this follows text from outside, {one_line(text.source)}."
            if (what := changed(ask.preview)) and any(isinstance(block, DiffBlock) for block in ask.preview):
                yield f"It would change {what}."
            yield "This is dangerous. Answer with the whole word yes, or no." if ask.dangerous else WAYS
        case QuestionAsk():
            for number, one in enumerate(ask.questions, 1):
                yield f"Question {number} of {len(ask.questions)}: {clean(one.question)}"
                for at, option in enumerate(one.options, 1):
                    yield f"Option {at}: {clean(option.label)}. {clean(option.description)}".rstrip()
            yield "Answer with the number of an option, or in your own words; several questions: put ; between answers."
        case PlanAsk():
            yield f"Plan: {clean(ask.plan)}"
            yield "Answer yes to carry it out, or no and what to change."


def whole(ask: Ask) -> Iterator[str]:
    """Everything that is asked about."""
    if not isinstance(ask, PermissionAsk):
        yield from question(ask)
        return
    for block in ask.preview:
        if isinstance(block, DiffBlock):
            yield from _diff(block)
        else:
            yield clean(source(block))
    if not ask.preview:
        for name, value in ask.input.items():
            yield f"{one_line(name)}: {clean(str(value))}"


def _diff(block: DiffBlock) -> Iterator[str]:
    said = {"+": "Added", "-": "Removed", " ": "Same"}
    yield f"File {one_line(block.path)}."
    for number, hunk in enumerate(block.hunks, 1):
        yield f"Change {number} of {len(block.hunks)}, from line {hunk.new_start}:"
        for line in hunk.lines:
            yield f"{said.get(line[:1], 'Note')}: {clean(line[1:]).rstrip()}"


def changed(blocks: tuple[Block, ...]) -> str:
    """What diffs amount to: `src/a.py, 3 lines added, 1 removed`."""
    diffs = [block for block in blocks if isinstance(block, DiffBlock)]
    return "; ".join(f"{one_line(one.path)}, {one.added} lines added, {one.removed} removed" for one in diffs)


def understood(words: str, ask: Ask) -> Answer | str:
    """What words mean as the answer to an ask; else, why they mean nothing."""
    word, _, rest = re.sub(r"[.,:!]", " ", words.strip(), count=1).partition(" ")
    word, rest = word.lower(), rest.strip()
    if isinstance(ask, QuestionAsk):
        return _reply(words, ask)
    if word in NO:
        return Deny(reason=rest)
    if word == "stop":
        return Deny(stop=True, reason=rest)
    if isinstance(ask, PermissionAsk) and ask.dangerous:
        return Allow() if words.strip().lower() == "yes" else "This is dangerous. Say the whole word yes, or no."
    if word in YES:
        return Allow(comment=rest)
    if isinstance(ask, PermissionAsk) and word in (*SESSION, *ALWAYS):
        if not ask.rule:
            return "No rule can be kept for this. Say yes or no."
        return Allow(scope="always" if word in ALWAYS else "session", rule=ask.rule)
    return "This was not understood. " + (WAYS if isinstance(ask, PermissionAsk) else "Say yes, or no and why.")


def _reply(words: str, ask: QuestionAsk) -> Answer | str:
    parts = [part.strip() for part in words.split(";")] if len(ask.questions) > 1 else [words.strip()]
    if len(parts) != len(ask.questions) or not all(parts):
        return f"There are {len(ask.questions)} questions: put ; between the answers."
    answers: list[tuple[str, ...]] = []
    for part, one in zip(parts, ask.questions, strict=True):
        chosen = re.findall(r"\d+", part) if re.fullmatch(r"\d+([ ,]+\d+)*", part) else []
        labels = [one.options[int(number) - 1].label for number in chosen if 0 < int(number) <= len(one.options)]
        if chosen and one.options and (len(labels) != len(chosen) or (len(labels) > 1 and not one.multiple)):
            return f"Choose {'numbers' if one.multiple else 'one number'} from 1 to {len(one.options)}."
        answers.append(tuple(labels) or (part,))
    return Reply(answers=tuple(answers))
