"""The public names of claw, as programs import them: `from claw_code import Agent, Tools`."""

from claw_core import __version__
from claw_core.agent import Agent, Permission, Tools
from claw_core.ask import Allow, Answer, Ask, Deny, PermissionAsk, QuestionAsk, Reply
from claw_core.error import ClawError, ProviderError, SessionError, ToolError, UsageError
from claw_core.event import Event, Record
from claw_core.message import Message, Usage
from claw_core.providers.scripted import ScriptedProvider
from claw_core.result import RunResult
from claw_core.scripting import Script, ScriptedCall, ScriptedReply
from claw_core.tool import Proposal, Tool, ToolContext, ToolResult, Want, from_function
from claw_core.trace import Step

__all__ = [
    "Agent",
    "Allow",
    "Answer",
    "Ask",
    "ClawError",
    "Deny",
    "Event",
    "Message",
    "Permission",
    "PermissionAsk",
    "Proposal",
    "ProviderError",
    "QuestionAsk",
    "Record",
    "Reply",
    "RunResult",
    "Script",
    "ScriptedCall",
    "ScriptedProvider",
    "ScriptedReply",
    "SessionError",
    "Step",
    "Tool",
    "ToolContext",
    "ToolError",
    "ToolResult",
    "Tools",
    "Usage",
    "UsageError",
    "Want",
    "__version__",
    "from_function",
]
