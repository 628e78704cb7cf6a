"""Records and asks to tell stories about answering with."""

from datetime import UTC, datetime, timedelta

from claw_core.ask import Ask, Choice, PermissionAsk, PlanAsk, Question, QuestionAsk
from claw_core.block import Block, DiffBlock, Hunk, TerminalBlock
from claw_core.event import MAIN, Event, Record

BEGAN = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)

AUTH = DiffBlock(
    path="src/auth.py",
    hunks=(
        Hunk(
            old_start=1,
            old_count=4,
            new_start=1,
            new_count=4,
            lines=(" import os\n", "-import requests\n", "+import httpx\n", " \n", " TIMEOUT = 30\n"),
        ),
        Hunk(
            old_start=12,
            old_count=4,
            new_start=12,
            new_count=4,
            lines=(
                " \n",
                "-def login(user: str) -> Session:\n",
                '-    """Log a user in."""\n',
                "+async def login(user: str) -> Session:\n",
                '+    """Log a user in, without blocking."""\n',
                "     token = secret(user)\n",
            ),
        ),
        Hunk(
            old_start=40,
            old_count=3,
            new_start=40,
            new_count=4,
            lines=(
                " def logout(session: Session) -> None:\n",
                '-    requests.post(f"{HOST}/logout", json=session.token)\n',
                "+    with httpx.Client() as client:\n",
                '+        client.post(f"{HOST}/logout", json=session.token)\n',
                "     session.close()\n",
            ),
        ),
    ),
)
"""A change of one file in three places."""


class Story:
    """Records, one after the other, a second apart."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def tell(self, event: Event, *, agent: str = MAIN, turn: int = 1) -> Record:
        """The next record."""
        seq = len(self.records) + 1
        record = Record(seq=seq, at=BEGAN + timedelta(seconds=seq), turn=turn, agent=agent, event=event)
        self.records.append(record)
        return record


RULE_FILE = "/home/ada/.config/claw/projects/shop-1a2b3c4d.toml"


def edit_ask(name: str = "edit-1", *diffs: DiffBlock) -> PermissionAsk:
    """May these files be changed?"""
    shown = diffs or (AUTH,)
    return PermissionAsk(
        id=name,
        call=f"call-{name}",
        tool="edit",
        target=shown[0].path,
        input={"path": shown[0].path, "old_string": "import requests", "new_string": "import httpx"},
        reason="No rule allows edits, and the mode is ask.",
        preview=shown,
        rule="edit(src/**)",
        rule_file=RULE_FILE,
    )


def bash_ask(name: str = "bash-1", command: str = "pytest -q tests/auth", *, dangerous: bool = False) -> PermissionAsk:
    """May this command run?"""
    preview: tuple[Block, ...] = (TerminalBlock(command=command, output=""),)
    return PermissionAsk(
        id=name,
        call=f"call-{name}",
        tool="bash",
        target=command,
        input={"command": command},
        reason="It deletes outside the workspace." if dangerous else "No rule allows this, and the mode is ask.",
        preview=preview,
        rule="" if dangerous else f"bash({command.split(maxsplit=1)[0]} *)",
        rule_file=RULE_FILE,
        dangerous=dangerous,
    )


def question_ask(name: str = "question-1") -> QuestionAsk:
    """Which would you like?"""
    return QuestionAsk(
        id=name,
        call=f"call-{name}",
        questions=(
            Question(
                header="Client",
                question="Which HTTP client shall I use?",
                options=(
                    Choice(label="httpx", description="async, already a dependency"),
                    Choice(label="aiohttp", description="async, a new dependency"),
                ),
            ),
            Question(
                header="Checks",
                question="What shall I run afterwards?",
                options=(Choice(label="tests"), Choice(label="types"), Choice(label="lint")),
                multiple=True,
            ),
        ),
    )


def plan_ask(name: str = "plan-1") -> PlanAsk:
    """Shall I?"""
    plan = "# Make auth async\n\n1. Replace `requests` by `httpx`\n2. Make `login` a coroutine\n3. Run the tests\n"
    return PlanAsk(id=name, call=f"call-{name}", plan=plan)


EVERY_ASK: tuple[Ask, ...] = (edit_ask(), bash_ask(), question_ask(), plan_ask())
"""One of each kind."""
