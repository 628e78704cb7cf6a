"""What is recorded when a session is opened."""

from pathlib import Path

from claw_core import __version__
from claw_core.event import FORMAT, ContextLoaded, Event, NoticeRaised, SessionStarted
from claw_core.harness import Harness
from claw_core.instructions.project import Reading
from claw_core.native import backend, reason
from claw_core.permissions.outside import UNTRUSTED
from claw_core.session.log import LogContent

TWINS = "Its plain-Python twins do: everything works, more slowly, and no command can be confined."


def first_words(harness: Harness, id: str, git: str, content: LogContent | None, told: ContextLoaded) -> list[Event]:
    """Which session it is and how it begins, what its agent is told by files, and what is missing of its log.

    `git` is the commit that is checked out; `content` what a log that is continued holds.
    """
    words: list[Event] = [
        SessionStarted(
            session=id,
            format=FORMAT,
            cwd=str(harness.workspace.root),
            version=__version__,
            git_head=git,
            model=f"{harness.provider.name}/{harness.model}",
            mode=harness.policy.mode,
            effort=harness.effort,
        ),
        told,
    ]
    if content and content.torn:
        message = f"The log's last line was torn: {content.torn} bytes that were never whole are gone."
        words.append(NoticeRaised(level="warning", message=message, hint="Nothing that was shown is lost."))
    if backend() == "python":
        words.append(NoticeRaised(level="warning", message=f"The Rust core does not serve: {reason()}.", hint=TWINS))
    return words


def warnings(*messages: str) -> list[Event]:
    """What is not as somebody may think."""
    return [NoticeRaised(level="warning", message=message) for message in messages]


def loaded(root: Path, told: Reading, trusted: bool) -> ContextLoaded:
    """The instruction files; from outside where the folder brings some and is not trusted."""
    files = tuple(each.file for each in told.found.values())
    brought = any(Path(file.path).is_relative_to(root) for file in files)
    return ContextLoaded(files=files, outside=UNTRUSTED if brought and not trusted else "")
