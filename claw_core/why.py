"""Why a call was allowed or not: who decided, when, by which rule, and what was shown; told again from the records."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from claw_core.ask import Deny, PermissionAsk, outside_id, question_id
from claw_core.error import UsageError
from claw_core.event import AskAnswered, AskOpened, CallStarted, Record
from claw_core.message import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What became of a call at the gate."""

    call: str
    """The call's id."""
    agent: str
    tool: str
    target: str
    input: JsonObject
    """The arguments as the model gave them."""
    asked: Record | None = None
    """The record that asked a person (`ask.opened`); None where nobody had to be asked."""
    answered: Record | None = None
    """The record of the decision (`ask.answered`); None while the call waits, and where it never came to one."""

    @property
    def decision(self) -> Literal["allow", "deny", "none"]:
        """What was decided; `none` where nothing was."""
        if self.answered is None or not isinstance(self.answered.event, AskAnswered):
            return "none"
        return "deny" if isinstance(self.answered.event.answer, Deny) else "allow"


def why(records: Sequence[Record], wanted: str) -> Decided:
    """What was decided about a call, by its id or a beginning of it; of calls with the same id the last.

    Raises UsageError where there is no such call, or more than one that begins so.
    """
    calls: dict[str, Decided] = {}
    for record in records:
        match record.event:
            case CallStarted(id=call, name=tool, target=target, input=input):
                calls[call] = Decided(call=call, agent=record.agent, tool=tool, target=target, input=input)
            # What is asked anew, since files changed on disk, is decided by its last answer.
            case AskOpened(ask=PermissionAsk(id=ask, call=call)) if call in calls and _is_gate(ask, call):
                calls[call] = replace(calls[call], asked=record, answered=None)
            case AskAnswered(ask=ask, call=call) if call in calls and _is_gate(ask, call):
                calls[call] = replace(calls[call], answered=record)
            case _:
                pass
    matches = [wanted] if wanted in calls else [call for call in calls if call.startswith(wanted)]
    if len(matches) == 1:
        return calls[matches[0]]
    what = f"{wanted!r} is the beginning of {len(matches)} calls" if matches else f"There is no call {wanted!r}"
    raise UsageError(f"{what} in this session.", f"The last ones are: {', '.join(list(calls)[-5:]) or 'none'}.")


def _is_gate(ask: str, call: str) -> bool:
    """Whether an ask was about the call itself, rather than about one run outside the sandbox."""
    return ask != outside_id(call) and ask != question_id(call)
