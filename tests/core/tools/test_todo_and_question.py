"""`todo` and `question`: what is planned, and what only the person knows."""

import pytest

from claw_core.ask import Choice, Question
from claw_core.block import Todo, TodoBlock
from claw_core.error import InvalidInput
from claw_core.tool import Want
from tests.core.tools.bench import Bench, refusal, told


async def test_the_list_is_kept_and_shown(bench: Bench) -> None:
    result = await bench.run(
        "todo",
        todos=[{"content": "read", "status": "completed"}, {"content": "write", "status": "in_progress"}, "test"],
    )
    todos = (
        Todo(content="read", status="completed"),
        Todo(content="write", status="in_progress"),
        Todo(content="test"),
    )
    assert bench.context.todos == todos
    assert result.blocks == (TodoBlock(todos=todos),)
    assert told(result) == "The list has 3 items: 1 done, 1 in progress."
    assert result.summary == "1 of 3 done"


async def test_one_at_a_time_is_advised_not_enforced(bench: Bench) -> None:
    several = await bench.run("todo", items=[{"step": "a", "status": "In Progress"}, {"task": "b", "status": "doing"}])
    assert "exactly one in progress" in told(several)
    assert "Set the one you work on" in told(await bench.run("todo", todos=[{"content": "a"}]))
    assert "All is done" in told(await bench.run("todo", todos=[{"content": "a", "status": "done"}]))
    assert told(await bench.run("todo", todos=[])) == "The list is empty."


def test_a_call_is_about_the_item_in_progress_and_its_summary_says_how_far_it_is(bench: Bench) -> None:
    tool = bench.tool("todo")
    doing = {"content": "write", "status": "in_progress"}
    assert tool.target(tool.parse({"todos": ["read", doing]})) == "write"
    assert tool.target(tool.parse({"todos": ["read", "write"]})) == "2 items"
    assert tool.target(tool.parse({"todos": [{"content": "read", "status": "completed"}]})) == "1 item"


def test_a_list_that_is_none_is_refused_field_by_field(bench: Bench) -> None:
    with pytest.raises(InvalidInput, match=r"todos\.0\.status"):
        bench.tool("todo").parse({"todos": [{"content": "a", "status": "maybe"}]})
    assert bench.tool("todo").wants(bench.tool("todo").parse({"todos": []})) == ()


async def test_the_answers_are_told(bench: Bench) -> None:
    bench.context.answers = (("SQLite",), ("small", "fast"))
    result = await bench.run(
        "question",
        questions=[
            {"question": "Which database?", "header": "Data", "options": ["SQLite", {"label": "Postgres"}]},
            {"question": "What matters?", "multiSelect": True},
        ],
    )
    assert bench.context.asked == (
        Question(question="Which database?", header="Data", options=(Choice(label="SQLite"), Choice(label="Postgres"))),
        Question(question="What matters?", multiple=True),
    )
    assert told(result) == "Which database?\n→ SQLite\nWhat matters?\n→ small, fast"
    assert result.summary == "2 answers"


async def test_where_nobody_is_there_the_call_says_so(bench: Bench) -> None:
    error = await refusal(bench.run("question", questions=[{"question": "Anybody?"}]))
    assert error.message == "Nobody is there to answer."


def test_it_wants_to_talk(bench: Bench) -> None:
    tool = bench.tool("question")
    input = tool.parse({"questions": ["A?", "B?"]})
    assert (tool.wants(input), tool.target(input)) == ((Want(action="interact"),), "A? (and 1 more)")
    with pytest.raises(InvalidInput):
        tool.parse({"questions": []})
