"""`task`: what it wants, what it is about, and what comes back."""

from claw_core.tool import Report, Want
from tests.core.tools.bench import Bench


async def test_the_report_is_the_result(bench: Bench) -> None:
    result = await bench.run("task", prompt="look", agent="explore")
    assert result.parts[0].kind == "text"
    assert result.parts[0].text == "All is well."
    assert result.summary == "1 model call"


async def test_what_was_cut_short_says_so(bench: Bench) -> None:
    bench.context.report = Report(text="", calls=3, cut="the budget of the session is spent")
    result = await bench.run("task", task="look")
    assert result.parts[0].kind == "text"
    assert result.parts[0].text.startswith("(It said nothing.)")
    assert "budget" in result.parts[0].text


def test_names_of_other_harnesses_are_understood(bench: Bench) -> None:
    tool = bench.tool("task")
    input = tool.parse({"subagent_type": "review", "description": "Check it", "prompt": "Look at the diff."})
    assert tool.wants(input) == (Want(action="delegate", subject="review"),)
    assert tool.target(input) == "review Check it"
    assert tool.target(tool.parse({"prompt": "Find it.\nThen more."})) == "general Find it."
