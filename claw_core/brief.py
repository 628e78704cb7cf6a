"""The brief: what a model writes down of a conversation before the conversation goes.

Asked in the conversation itself where it fits, so that the provider has it cached; else told the conversation in
words, in as many stretches as the window needs.
"""

import json
from collections.abc import Iterable, Sequence

from claw_core.counting import tokens
from claw_core.error import EmptyReply
from claw_core.event import COMPACTION
from claw_core.harness import Emit, Harness
from claw_core.message import Call, Message, Refusal, Result, Text
from claw_core.model_call import ask
from claw_core.provider import ModelRequest
from claw_core.transcript import Piece, as_messages, shortened

ASK = """\
The conversation is about to be shortened: what was said so far goes, and you go on from the brief that you write now. \
Do not call tools; answer with the brief alone, in Markdown, in at most {words} words, under these headings:

## Goal
What the person wants in the end, and what is asked for right now.
## Decisions
What was decided or found out, and why; what was tried and does not work.
## Files
Each file that matters: its path, what is in it or was changed in it, exact names of functions and the like.
## Open threads
What is begun and not finished, what failed and how it looked, and the next step.

Be exact: paths, names, commands, error messages, numbers. The person's own messages, your plan and the list of files \
stay beside the brief; do not repeat them. Write what is true, not what was hoped for.{wish}"""
WISH = "\n\nThe person wants this kept above all: {}"
SYSTEM = "You write down what happened in a conversation between a person and a coding agent, for the agent to go on."
SO_FAR = "# The brief so far\n\n{}\n\n# What happened then\n\n{}"
NOTHING_YET = "(nothing yet)"
MOST_STRETCHES = 8
"""Stretches that a conversation is told in; what does not fit into them is left out in the middle."""


async def in_place(harness: Harness, system: str, pieces: Sequence[Piece], wish: str, words: int, emit: Emit) -> str:
    """The brief, asked at the end of these pieces. Raises ProviderError; EmptyReply where the model calls tools."""
    question = Piece(0, "user", (Text(text=_asked(wish, words)),))
    return await _brief(harness, system, as_messages([*pieces, question]), emit, tools=True)


async def retold(harness: Harness, pieces: Sequence[Piece], wish: str, words: int, room: float, emit: Emit) -> str:
    """The brief, written from the conversation told in words, `room` tokens at a time. Raises ProviderError."""
    brief = ""
    for stretch in stretches(told(pieces, longest=int(max(200, room))), room):
        text = f"{_asked(wish, words)}\n\n{SO_FAR.format(brief or NOTHING_YET, stretch)}"
        message = Message(role="user", parts=(Text(text=text),))
        brief = await _brief(harness, SYSTEM, (message,), emit, tools=False)
    return brief


async def _brief(harness: Harness, system: str, messages: tuple[Message, ...], emit: Emit, *, tools: bool) -> str:
    specs = harness.specs if tools else ()
    request = ModelRequest(
        model=harness.model,
        system=system,
        messages=messages,
        tools=specs,
        effort=harness.effort,
        images=harness.card.images is not False,
    )
    reply = await ask(harness, request, emit, COMPACTION)
    text = reply.message.text.strip()
    if not text or (tools and reply.message.calls):
        raise EmptyReply("The model wrote no brief of the conversation.", "Try `/compact` again, or another model.")
    return text


def _asked(wish: str, words: int) -> str:
    return ASK.format(words=words, wish=WISH.format(wish) if wish else "")


def told(pieces: Iterable[Piece], longest: int) -> list[str]:
    """A conversation in words, a line or some a part, none with many more than `longest` characters."""
    lines: list[str] = []
    for piece in pieces:
        for part in piece.parts:
            match part:
                case Text(text=text) | Refusal(text=text):
                    lines.append(f"{'Person' if piece.role == 'user' else 'Agent'}: {shortened(text, longest)}")
                case Call(name=name, input=input):
                    lines.append(f"Call of {name}: {shortened(json.dumps(input, ensure_ascii=False), longest // 2)}")
                case Result(parts=inner):
                    text = "\n".join(each.text for each in inner if isinstance(each, Text))
                    lines.append(f"Result{' (failed)' if part.is_error else ''}: {shortened(text, longest // 2)}")
                case _:
                    pass
    return lines


def stretches(lines: Sequence[str], room: float) -> list[str]:
    """The lines in stretches of about `room` tokens; the first and the latest, where there are too many."""
    found: list[list[str]] = [[]]
    filled = 0.0
    for line in lines:
        weight = tokens(line)
        if found[-1] and filled + weight > room:
            found.append([])
            filled = 0.0
        found[-1].append(line)
        filled += weight
    if len(found) > MOST_STRETCHES:
        found = [found[0], *found[-(MOST_STRETCHES - 1) :]]
        found[1].insert(0, "(Something is left out here: the conversation is too long for this model.)")
    return ["\n\n".join(stretch) for stretch in found if stretch]
