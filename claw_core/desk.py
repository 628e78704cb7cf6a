"""The desk: what an agent has before it beside the conversation. Its plan, and the files that it read and changed.

A summary of the conversation says it anew, so that nothing of it is lost.
"""

from claw_core.block import Todo
from claw_core.event import MAIN, CallFinished, CallStarted, FileChanged, PlanChanged, Record, SessionRewound
from claw_core.lineage import Lineage

MOST_FILES = 40
"""Files that are named, the latest."""
_MARKS = {"pending": " ", "in_progress": "~", "completed": "x"}


class Desk:
    """What lies on one agent's desk, folded from records."""

    def __init__(self, agent: str = MAIN) -> None:
        self.agent = agent
        self.plan: tuple[Todo, ...] = ()
        self.files: dict[str, str] = {}
        """What became of each file, `read`, `changed` or `removed`, by its path; the latest last."""
        self._reading: dict[str, str] = {}
        self._lineage = Lineage()
        self._plans: list[tuple[int, tuple[Todo, ...]]] = [(0, ())]

    def add(self, record: Record) -> None:
        """Take a record into account; other agents' records change nothing."""
        if record.agent != self.agent:
            return
        match record.event:
            case PlanChanged(todos=todos):
                self.plan = todos
                self._plans.append((record.seq, todos))
            case SessionRewound():
                if self._lineage.add(record):
                    self.plan = [plan for seq, plan in self._plans if self._lineage.counts(seq)][-1]
            case CallStarted(id=call, name="read", input=input):
                self._reading[call] = str(input.get("path") or input.get("file_path") or "")
            case CallFinished(id=call, outcome=outcome) if call in self._reading:
                path = self._reading.pop(call)
                if outcome == "ok" and path:
                    self._put(path, self.files.get(path, "read"))
            case FileChanged(path=path, after=after):
                self._put(path, "changed" if after is not None else "removed")
            case _:
                pass

    def _put(self, path: str, state: str) -> None:
        self.files.pop(path, None)
        self.files[path] = state

    @property
    def text(self) -> str:
        """Both, as Markdown; empty where there is neither."""
        parts: list[str] = []
        if self.plan:
            steps = "\n".join(f"- [{_MARKS[step.status]}] {step.content}" for step in self.plan)
            parts.append(f"## The plan as it stands\n\n{steps}")
        if self.files:
            shown = list(self.files.items())[-MOST_FILES:]
            left = len(self.files) - len(shown)
            lines = [f"- {path} ({state})" for path, state in shown]
            lines += [f"- and {left} before these"] if left else []
            heading = "## Files you had open, the latest last; read one again before you change it"
            parts.append("\n".join([f"{heading}\n", *lines]))
        return "\n\n".join(parts)
