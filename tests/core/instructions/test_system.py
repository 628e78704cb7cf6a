"""The system prompt: stable parts first, everything a model must know in it."""

from claw_core.event import InstructionFile
from claw_core.instructions.project import Instructions
from claw_core.instructions.system import sections, system_prompt

RULES = Instructions(file=InstructionFile(path="/work/shop/AGENTS.md", size=9), text="Use tabs.")


def test_what_never_changes_comes_first() -> None:
    one = sections(mode="plan", environment="Workspace: /work/shop", instructions=(RULES,))
    two = sections(mode="ask", environment="Workspace: /elsewhere", instructions=())
    stable = ["identity", "working", "permission", "speaking"]
    assert list(one) == [*stable, "instructions /work/shop/AGENTS.md", "environment", "mode"]
    assert [one[name] for name in stable] == [two[name] for name in stable]


def test_switching_the_mode_changes_only_the_end() -> None:
    ask, plan = (
        system_prompt(sections(mode=mode, environment="here", instructions=(RULES,))) for mode in ("ask", "plan")
    )
    assert plan.startswith(ask)
    assert "answer with a plan" in plan


def test_surroundings_and_instruction_files_are_told() -> None:
    text = system_prompt(sections(mode="ask", environment="Workspace: /work/shop", instructions=(RULES,)))
    assert "Workspace: /work/shop" in text
    assert "Use tabs." in text
    assert "/work/shop/AGENTS.md" in text


def test_denials_and_partly_taken_edits_are_explained_briefly() -> None:
    text = system_prompt(sections(mode="ask", environment="", instructions=()))
    assert "Not allowed" in text
    assert "some hunks" in text
    assert len(text) < 5000
