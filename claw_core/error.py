"""Every error the product raises on purpose, in one tree.

Each says what happened (`message`) and what to do about it (`hint`); both are written for the person who reads them.

    ClawError
    ├── UsageError                a command line, a configuration value or an argument that cannot be used
    │   └── ConfigError           a settings file that cannot be read or does not fit
    ├── ProviderError             talking to a model failed
    │   ├── MissingKey            no key is set
    │   ├── PackageMissing        what runs a model in this process is not installed
    │   ├── ModelFileUnusable     the file of such a model cannot be had, read or run
    │   ├── Unauthorized          the key was refused (401, 403)
    │   ├── UnknownModel          the server does not have that model (404)
    │   ├── BadRequest            the server refused the request (other 4xx)
    │   │   └── ContextTooLong    because it holds more than the model's window
    │   ├── RateLimited           too many requests, or no credit (429)
    │   ├── ServerUnreachable     no connection could be made
    │   ├── ServerFailed          the server answered 5xx
    │   ├── StreamBroken          the answer ended in the middle
    │   ├── BadReply              the answer is not what the API promises
    │   └── EmptyReply            the answer holds nothing
    ├── ToolError                 a call did not work; its message is for the model
    │   ├── UnknownTool           no tool has that name
    │   ├── InvalidInput          the arguments are no JSON object, or do not fit the schema
    │   ├── StaleFile             the file changed since it was read, or was never read
    │   ├── PatchConflict         an edit does not fit the file
    │   └── WorkspaceError        a file or folder cannot be read or written
    │       ├── FileMissing       nothing is there
    │       ├── NotAFile          a folder, a device or a pipe is there
    │       ├── BinaryFile        what is there is no text
    │       └── FileTooLarge      what is there is too much to hold
    ├── SessionError              a session cannot be opened, read or written
    │   ├── SessionNotFound       there is no such session
    │   ├── SessionLocked         another process is writing it
    │   ├── LogDamaged            its log cannot be understood
    │   ├── BlobLost              bytes that its log names are absent or damaged
    │   ├── LogTooNew             its log was written by a newer version
    │   └── ForeignSession        a file is no session of another agent that is known
    ├── ExtensionMissing          the Rust core is wanted, but does not load
    └── NoTerminal                a screen is wanted, but there is no terminal to draw it on
"""


class ClawError(Exception):
    """What happened, and what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class UsageError(ClawError):
    """A command line, a configuration value or an argument that cannot be used."""


class ConfigError(UsageError):
    """A settings file that cannot be read or does not fit."""


class ProviderError(ClawError):
    """Talking to a model failed."""

    retryable = False
    """Whether the same request may work a moment later."""

    def __init__(self, message: str, hint: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(message, hint)
        self.retry_after = retry_after
        """Seconds the server asked us to wait, where it said so."""


class MissingKey(ProviderError):
    """No key is set."""


class PackageMissing(ProviderError):
    """What runs a model in this process is not installed."""


class ModelFileUnusable(ProviderError):
    """The file of a model in this process cannot be had, read or run."""


class Unauthorized(ProviderError):
    """The key was refused."""


class UnknownModel(ProviderError):
    """The server does not have that model."""


class BadRequest(ProviderError):
    """The server refused the request."""


class ContextTooLong(BadRequest):
    """The request holds more than the model's window."""


class RateLimited(ProviderError):
    """Too many requests, or no credit left."""

    retryable = True


class ServerUnreachable(ProviderError):
    """No connection could be made."""

    retryable = True


class ServerFailed(ProviderError):
    """The server answered with an error of its own."""

    retryable = True


class StreamBroken(ProviderError):
    """The answer ended in the middle."""

    retryable = True


class BadReply(ProviderError):
    """The answer is not what the API promises."""

    retryable = True


class EmptyReply(ProviderError):
    """The answer holds nothing."""

    retryable = True


class ToolError(ClawError):
    """A call did not work. The message is written for the model, which may try again."""


class UnknownTool(ToolError):
    """No tool has that name."""


class InvalidInput(ToolError):
    """The arguments are no JSON object, or do not fit the tool's schema."""


class StaleFile(ToolError):
    """The file changed since it was read, or was never read in this session."""


class PatchConflict(ToolError, ValueError):
    """An edit does not fit the file."""


class WorkspaceError(ToolError):
    """A file or folder cannot be read or written."""


class FileMissing(WorkspaceError):
    """Nothing is there."""


class NotAFile(WorkspaceError):
    """A folder, a device or a pipe is there."""


class BinaryFile(WorkspaceError):
    """What is there is no text."""


class FileTooLarge(WorkspaceError):
    """What is there is too much to hold."""


class SessionError(ClawError):
    """A session cannot be opened, read or written."""


class SessionNotFound(SessionError):
    """There is no such session."""


class ForeignSession(SessionError):
    """A file is no session of another agent that is known."""


class SessionLocked(SessionError):
    """Another process is writing this session."""


class LogDamaged(SessionError):
    """A log cannot be understood."""


class BlobLost(SessionError):
    """Bytes that a log names by their hash are absent or damaged."""


class LogTooNew(SessionError):
    """A log was written by a newer version."""


class ExtensionMissing(ClawError):
    """The Rust core is wanted, but does not load."""


class NoTerminal(ClawError):
    """A screen is wanted, but there is no terminal to draw it on."""
