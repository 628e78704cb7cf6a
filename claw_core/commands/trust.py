"""Whether you trust this folder: `/trust yes`, `/trust no`; alone it says what the folder brings along."""

from typing import TYPE_CHECKING

from claw_core.error import UsageError

if TYPE_CHECKING:
    from claw_core.config.trust import FolderTrust
    from claw_core.session.session import Session

_STANDS = {
    "trusted": "You trust this folder.",
    "untrusted": "You do not trust this folder: nothing that it brings along counts but what makes things stricter.",
    "changed": "What this folder brings along has changed since you trusted it, so that you are asked again.",
    "unknown": "You have not said whether you trust this folder, so it counts as one that you do not trust.",
}


async def run(session: "Session", words: str) -> str:
    """Remembers a yes or a no; without words it says how the folder stands, and what it brings along."""
    if session.trust is None:
        raise UsageError("The trust of this session's folder is settled.", "It was given when the session was opened.")
    match words.strip().lower():
        case "":
            return _told(await session.trust(None))
        case "yes" | "y":
            trust = await session.trust(True)
            return _told(trust) + " Its rules hold from now on; its other settings when claw is started again."
        case "no" | "n":
            return _told(await session.trust(False))
        case _:
            raise UsageError(f"{words!r} is neither yes nor no.", "Say /trust yes, or /trust no.")


def _told(trust: "FolderTrust") -> str:
    brings = "".join(f"\n- `{name}`" for name in trust.brought.names)
    return _STANDS[trust.standing] + (f" It brings along:\n{brings}\n\n" if brings else "") + trust.notice
