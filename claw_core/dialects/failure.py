"""What went wrong between us and a server, as errors that say what happened and what to do.

Pure: it is given statuses, headers and bodies, and knows of no SDK. What a server says is quoted, but never a key.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from claw_core.dialects.rate_limit import retry_after
from claw_core.dialects.untrusted import fields, string
from claw_core.error import (
    BadReply,
    BadRequest,
    ContextTooLong,
    ProviderError,
    RateLimited,
    ServerFailed,
    ServerUnreachable,
    StreamBroken,
    Unauthorized,
    UnknownModel,
)

LONGEST_QUOTE = 500
"""Characters of a server's own words that are worth showing."""

TOO_LONG = re.compile(
    r"context[ _](length|window|size)|maximum context|too many (input )?tokens|prompt is too long|input is too long"
    r"|reduce the length|exceeds? the (maximum|available|model)[^.]{0,60}(tokens|context)"
    r"|(token|input)s?( count| length)?[^.]{0,40} exceeds?",
    re.IGNORECASE,
)
NO_MODEL = re.compile(
    r"model.{0,200}(not[ _]found|not exist|unknown|not supported|is invalid|not loaded|isn't available)"
    r"|(unknown|invalid|no such|unsupported) model|model_not_found|invalid_model",
    re.IGNORECASE | re.DOTALL,
)
NO_CREDIT = re.compile(
    r"insufficient[ _](quota|credit|balance|funds)|exceeded your current quota|billing|credit balance is too low",
    re.IGNORECASE,
)
CODES = {
    "invalid_api_key": 401,
    "authentication_error": 401,
    "permission_error": 403,
    "model_not_found": 404,
    "not_found_error": 404,
    "context_length_exceeded": 400,
    "invalid_request_error": 400,
    "request_too_large": 413,
    "billing_error": 402,
    "insufficient_quota": 429,
    "rate_limit_exceeded": 429,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "server_error": 500,
    "overloaded_error": 529,
}
"""The words some servers use where others give a status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """Makes the errors of one server."""

    label: str
    """Whom we talk to, for people."""
    url: str
    key: str = ""
    """Never shown."""
    key_variable: str = ""
    """Where a key is looked for."""
    hint: str = ""
    """What to do when the server does not answer."""
    api: str = "Chat Completions"
    """What it should speak."""

    def quote(self, words: object) -> str:
        """A server's own words, in one line, without the key."""
        text = " ".join(str(words).split())
        if len(self.key) >= 4:
            text = text.replace(self.key, "<key>")
        return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"

    def status(self, status: int, body: object, headers: Mapping[str, str]) -> ProviderError:
        """The error for an answer with this status. `body` is the parsed error object, or the text."""
        said = self.quote(_message(body))
        code = f"{string(fields(body).get('code'))} {string(fields(body).get('type'))}"
        about = f"{said} {code}"
        words = f": {said}" if said else "."
        match status:
            case 401 | 403:
                return self._unauthorized(status, words)
            case 402 | 429:
                return self._limited(status, words, about, retry_after(headers, words=said))
            case 404 if NO_MODEL.search(about) or not said:
                return UnknownModel(f"{self.label} does not have this model{words}", "Choose another with --model.")
            case 404:
                return UnknownModel(f"{self.label} found nothing at {self.url}{words}", self._address_hint())
            case 408 | 409 | 425:
                return ServerFailed(f"{self.label} was not ready ({status}){words}", retry_after=retry_after(headers))
            case _ if status >= 500:
                return ServerFailed(
                    f"{self.label} failed ({status}){words}",
                    "The fault is on the server's side; its log or status page may say more.",
                    retry_after=retry_after(headers),
                )
            case _:
                return self._refused(status, words, about)

    def _unauthorized(self, status: int, words: str) -> ProviderError:
        where = f"the key in {self.key_variable}" if self.key_variable and self.key else "the request, which had no key"
        hint = f"Set {self.key_variable} to a valid key." if self.key_variable else "Check the key."
        return Unauthorized(f"{self.label} refused {where} ({status}){words}", hint)

    def _limited(self, status: int, words: str, about: str, after: float | None) -> ProviderError:
        if status == 402 or NO_CREDIT.search(about):
            error = RateLimited(f"There is no credit left at {self.label}{words}", "Add credit, or use another model.")
            error.retryable = False
            return error
        return RateLimited(f"{self.label} takes no more requests for now{words}", "Wait a moment.", retry_after=after)

    def _refused(self, status: int, words: str, about: str) -> ProviderError:
        if status == 413 or TOO_LONG.search(about):
            return ContextTooLong(
                f"The conversation is longer than the model's window{words}",
                "Shorten it, start a new session, or choose a model with a larger window.",
            )
        if NO_CREDIT.search(about):
            return self._limited(402, words, about, None)
        if NO_MODEL.search(about):
            return UnknownModel(f"{self.label} does not have this model{words}", "Choose another with --model.")
        return BadRequest(f"{self.label} refused the request ({status}){words}", "The request may not suit this model.")

    def in_stream(self, body: object) -> ProviderError:
        """The error for an error object that came in the middle of an answer."""
        error = fields(body)
        code = error.get("code")
        words = string(code) or string(error.get("type"))
        status = code if isinstance(code, int) else int(words) if words.isdecimal() else CODES.get(words)
        if status is None:
            said = _message(body)
            status = 400 if TOO_LONG.search(said) else 404 if NO_MODEL.search(said) else 500
        return self.status(status if 400 <= status <= 599 else 500, body, {})

    def unreachable(self, reason: object) -> ProviderError:
        """No connection could be made."""
        said = self.quote(reason)
        return ServerUnreachable(
            f"No server answers at {self.url}" + (f" ({said})." if said else "."),
            f"Is the server running? {self.hint or 'Check the address, and the network.'}",
        )

    def stalled(self, seconds: float) -> ProviderError:
        """Nothing came for too long."""
        return StreamBroken(f"{self.label} sent nothing for {seconds:g} seconds.", "The server may be overloaded.")

    def broken(self, reason: object = "") -> ProviderError:
        """The connection was closed before the answer was whole."""
        said = self.quote(reason)
        return StreamBroken(
            f"{self.label} closed the connection in the middle of the answer" + (f" ({said})." if said else "."),
            "What came so far is void; ask again.",
        )

    def garbled(self, what: object) -> ProviderError:
        """The answer is not what the API promises."""
        return BadReply(f"{self.label} sent what is no {self.api} stream: {self.quote(what)}", self._address_hint())

    def _address_hint(self) -> str:
        return f"Is {self.url} the base address of the API? It usually ends in /v1."


def _message(body: object) -> str:
    """The words of an error object, in the forms that servers give it."""
    if isinstance(body, str):
        return "" if body.lstrip().startswith("<") else body
    error = fields(body)
    for name in ("message", "detail", "error", "msg"):
        value = error.get(name)
        if isinstance(value, str):
            return value
        if isinstance(value, dict):
            return _message(fields(value))  # pyright: ignore[reportUnknownArgumentType] - from JSON
    return ""
