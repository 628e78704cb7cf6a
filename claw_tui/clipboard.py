"""The clipboard: written through the terminal (OSC 52), so that it works over SSH and inside tmux, without any program.

Read by the programs that systems have for that, since terminals hand on words at best, and no pictures.
"""

import base64
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from claw_core.error import UsageError

LARGEST = 74_000
"""Bytes that most terminals take; longer text is cut, and said to be."""
MOST_READ = 64 * 1024 * 1024
"""Bytes of what is read."""
PATIENCE = 3.0
"""Seconds for a program to answer."""
_KINDS = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/tiff")


def osc52(text: str, *, tmux: bool | None = None) -> tuple[str, bool]:
    """The escape sequence that puts a text into the clipboard, and whether all of it fits.

    `tmux`: wrap it so that tmux passes it on; None asks the environment.
    """
    data = text.encode()
    whole = len(data) <= LARGEST
    encoded = base64.b64encode(data[:LARGEST].decode(errors="ignore").encode()).decode()
    sequence = f"\x1b]52;c;{encoded}\x07"
    if tmux if tmux is not None else bool(os.environ.get("TMUX")):
        sequence = "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    return sequence, whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """What the clipboard holds: a picture's file, or words; neither where it is empty."""

    picture: bytes = b""
    text: str = ""


def read_clipboard(environ: Mapping[str, str] | None = None) -> Clip:
    """What the clipboard holds. Starts programs: call it off the event loop.

    Raises UsageError where nothing here can read it, with what can be done.
    """
    known = os.environ if environ is None else environ
    path = known.get("PATH")
    if known.get("WAYLAND_DISPLAY") and shutil.which("wl-paste", path=path):
        return _by_kind(["wl-paste", "--list-types"], ["wl-paste", "--no-newline", "--type"], known)
    if known.get("DISPLAY") and shutil.which("xclip", path=path):
        asked = ["xclip", "-selection", "clipboard", "-o", "-t"]
        return _by_kind([*asked, "TARGETS"], asked, known)
    if shutil.which("pbpaste", path=path):
        picture = _said(["pngpaste", "-"], known) if shutil.which("pngpaste", path=path) else _apple_picture(known)
        return Clip(picture=picture) if picture else Clip(text=_said(["pbpaste"], known).decode(errors="replace"))
    raise UsageError(
        "Nothing here can read the clipboard.",
        "Paste words with the terminal's own key, or a picture by its path; wl-clipboard or xclip can read it, too.",
    )


def _by_kind(list_kinds: Sequence[str], give: Sequence[str], environ: Mapping[str, str]) -> Clip:
    kinds = _said(list_kinds, environ).decode(errors="replace").split()
    kind = next((kind for kind in _KINDS if kind in kinds), "")
    if kind:
        return Clip(picture=_said([*give, kind], environ))
    words = next((kind for kind in ("text/plain;charset=utf-8", "UTF8_STRING", "text/plain") if kind in kinds), "")
    return Clip(text=_said([*give, words], environ).decode(errors="replace")) if words else Clip()


def _apple_picture(environ: Mapping[str, str]) -> bytes:
    """The clipboard's picture as PNG, by the system's own script language, which says it in hexadecimal."""
    said = _said(["osascript", "-e", "the clipboard as «class PNGf»"], environ).decode(errors="replace").strip()
    digits = said.removeprefix("«data PNGf").removesuffix("»")
    try:
        return bytes.fromhex(digits) if said.startswith("«data PNGf") else b""
    except ValueError:
        return b""


def _said(command: Sequence[str], environ: Mapping[str, str]) -> bytes:
    """What a program prints; nothing where it fails, or has no answer in time."""
    program = shutil.which(command[0], path=environ.get("PATH"))
    if program is None:
        return b""
    try:
        done = subprocess.run(
            [program, *command[1:]],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            env=dict(environ),
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return done.stdout if done.returncode == 0 and len(done.stdout) <= MOST_READ else b""
