"""The system prompt: stable parts first, everything a model must know in it."""

from pathlib import Path

from claw_core.catalog import ModelCard
from claw_core.counting import tokens_of_request
from claw_core.dialects.untrusted import fields
from claw_core.event import InstructionFile
from claw_core.instructions.project import Instructions
from claw_core.instructions.small import small_specs
from claw_core.instructions.system import Section, profile_for, sections, system_prompt, with_own
from claw_core.opening import default_tools
from claw_core.provider import ToolSpec

RULES = Instructions(file=InstructionFile(path="/home/ada/shop/AGENTS.md", size=9), text="Use tabs.")


TOOLS = tuple(ToolSpec(name=tool.name, description=tool.description, schema=tool.schema) for tool in default_tools())


def names(found: list[Section]) -> list[str]:
    return [section.name for section in found]


def test_what_never_changes_comes_first() -> None:
    here = "Workspace: /home/ada/shop"
    one = sections(mode="plan", environment=here, git="Git: on main", instructions=(RULES,), tools=["bash"])
    two = sections(mode="ask", environment="Workspace: /elsewhere", tools=["bash"])
    stable = ["identity", "working", "tools", "permission", "speaking"]
    assert names(one) == [*stable, "instructions /home/ada/shop/AGENTS.md", "environment", "git", "mode"]
    assert one[:5] == two[:5]


def test_a_tool_that_is_not_there_is_not_spoken_of() -> None:
    (tools,) = [section for section in sections(mode="ask", environment="", tools=["read"]) if section.name == "tools"]
    assert "todo" not in tools.text


def test_a_person_s_files_replace_add_to_remove_and_bring_sections(tmp_path: Path) -> None:
    (tmp_path / "speaking.md").write_text("Speak Latin.")
    (tmp_path / "working.append.md").write_text("Use spaces.")
    (tmp_path / "permission.md").write_text("")
    (tmp_path / "taste.md").write_text("Prefer short names.")
    found = with_own(sections(mode="ask", environment="here", instructions=(RULES,)), tmp_path)
    assert names(found) == [
        "identity",
        "working",
        "speaking",
        "taste",
        "instructions /home/ada/shop/AGENTS.md",
        "environment",
    ]
    by_name = {section.name: section for section in found}
    assert by_name["speaking"].text == "Speak Latin."
    assert by_name["speaking"].source == str(tmp_path / "speaking.md")
    assert by_name["working"].text.endswith("tell the person instead.\n\nUse spaces.")


def test_a_small_window_gets_a_small_prompt() -> None:
    assert profile_for(ModelCard(window=4096)) == "small"
    assert profile_for(ModelCard(window=128_000)) == profile_for(ModelCard()) == "full"
    assert profile_for(ModelCard(window=128_000, profile="small")) == "small"
    assert profile_for(ModelCard(window=4096, profile="full")) == "full"
    small = small_specs(TOOLS)
    prompt = system_prompt(sections(mode="ask", environment="here", profile="small", tools=["bash"]))
    assert tokens_of_request(prompt, (), small) < 1300
    whole = {spec.name: spec.schema for spec in TOOLS}
    for spec in small:
        assert spec.description
        assert spec.schema.get("required") == whole[spec.name].get("required")
        assert fields(spec.schema["properties"]).keys() == fields(whole[spec.name]["properties"]).keys()


def test_switching_the_mode_changes_only_the_end() -> None:
    ask, plan = (
        system_prompt(sections(mode=mode, environment="here", git="Git: on main", instructions=(RULES,)))
        for mode in ("ask", "plan")
    )
    assert plan.startswith(ask)
    assert "answer with a plan" in plan


def test_surroundings_and_instruction_files_are_told() -> None:
    text = system_prompt(sections(mode="ask", environment="Workspace: /home/ada/shop", instructions=(RULES,)))
    assert "Workspace: /home/ada/shop" in text
    assert "Use tabs." in text
    assert "/home/ada/shop/AGENTS.md" in text


def test_denials_and_partly_taken_edits_are_explained_briefly() -> None:
    text = system_prompt(sections(mode="ask", environment=""))
    assert "Not allowed" in text
    assert "some hunks" in text
    assert len(text) < 5000
