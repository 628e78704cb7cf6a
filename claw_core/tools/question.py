"""Ask the person something you need to know and cannot find out yourself.

Use it when the task can be read in ways that lead to different work, when a choice is a matter of taste or has a
price, or before something that cannot be undone. Do not use it for what the files, a command or a test can tell you,
to ask whether you may go on, or for permission: that is asked by itself when it is needed.

Ask everything you need in one call. Give each question two to four options where you can, the one you would choose
first, each a few words with its consequence as `description`; the person may always answer in other words. Without
`options` the person writes. If nobody is there to answer, the call says so: then decide as you think best, and say
what you assumed.
"""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from claw_core.ask import Choice, Question
from claw_core.block import TextBlock
from claw_core.tool import ToolContext, ToolResult, Want
from claw_core.tool_input import ToolInput, also


def _option(value: object) -> object:
    return {"label": value} if isinstance(value, str) else value


def _question(value: object) -> object:
    return {"question": value} if isinstance(value, str) else value


class Option(BaseModel):
    """One option of a question."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    label: str = Field(
        min_length=1,
        description="One to five words.",
        validation_alias=also("label", "value", "text"),
    )
    description: str = Field(default="", description="What choosing it means.")


class Item(BaseModel):
    """One question."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    question: str = Field(
        min_length=1, description="The whole question.", validation_alias=also("question", "text", "prompt")
    )
    header: str = Field(default="", description="What it is about, in one or two words.")
    options: list[Annotated[Option, BeforeValidator(_option)]] = Field(
        default=[], validation_alias=also("options", "choices", "suggestions")
    )
    multiple: bool = Field(
        default=False,
        description="Several options may be chosen.",
        validation_alias=also("multiple", "multiSelect", "multi_select", "allow_multiple"),
    )


class Input(ToolInput):
    """Arguments of `question`."""

    questions: list[Annotated[Item, BeforeValidator(_question)]] = Field(min_length=1, max_length=8)


def wants(input: Input) -> tuple[Want, ...]:
    """It talks to the person."""
    return (Want(action="interact"),)


def target(input: Input) -> str:
    """The first question."""
    first, *rest = input.questions
    return f"{first.question} (and {len(rest)} more)" if rest else first.question


async def run(input: Input, context: ToolContext) -> ToolResult:
    """The person's answers."""
    questions = tuple(
        Question(
            question=item.question,
            header=item.header,
            options=tuple(Choice(label=option.label, description=option.description) for option in item.options),
            multiple=item.multiple,
        )
        for item in input.questions
    )
    answers = await context.ask(questions)
    padded = [*answers, *((),) * (len(questions) - len(answers))]
    told = "\n".join(
        f"{question.question}\n→ {', '.join(answer) or '(no answer)'}"
        for question, answer in zip(questions, padded, strict=False)
    )
    count = sum(map(bool, answers))
    return ToolResult.of(told, TextBlock(text=told), summary=f"{count} answer{'s' * (count != 1)}")
