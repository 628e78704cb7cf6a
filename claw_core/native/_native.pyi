"""The manual of the extension: what the Rust crate in `native/` offers to its doors, and to nobody else.

Every function that may take long releases the GIL; those that take a `CancelToken` stop within about 20 ms of its
`cancel` and say so in their outcome, or, those about patches, by an InterruptedError. What the operating system refuses
is the `OSError` people expect (`FileNotFoundError`, `PermissionError` ...), an argument that cannot be used a
`ValueError`, a hunk that does not fit a `PatchConflict`. Plain tuples come out; the doors make them into the types that
everybody else sees. The twins in `claw_core/reference/` have these same signatures.
"""

from collections.abc import Sequence
from os import PathLike
from typing import Literal, TypeAlias, final

__all__ = [
    "CancelToken",
    "Confinement",
    "Index",
    "Lines",
    "PatchConflict",
    "Process",
    "Search",
    "Terminal",
    "apply_hunks",
    "changed_words",
    "find",
    "fit_chunks",
    "format_unified",
    "make_hunks",
    "parse_patch",
    "read_commands",
    "replace",
    "sandbox_support",
]

_Hunk: TypeAlias = tuple[int, int, int, int, list[str]]
"""old_start, old_count, new_start, new_count, lines: the fields of `claw_core.block.Hunk`."""

_Chunk: TypeAlias = tuple[int | None, list[str], list[str], bool]
"""start, anchors, lines, at_end: the fields of `claw_core.native.patch.Chunk`."""
_Rules: TypeAlias = tuple[list[tuple[str, str]], int, int, int]
"""Typographic characters and the plain ones meant by them; per cent of shared words, and per cent of growth, up to
which blocks are similar; cells of the largest comparison."""
_Verdict: TypeAlias = Literal["fits", "absent", "ambiguous", "overlaps"]

class PatchConflict(ValueError):
    """A hunk does not fit the text; its message names the hunk, what was expected, and what is there."""

@final
class CancelToken:
    """Stops a running function of this extension, from any thread."""

    def __new__(cls) -> CancelToken: ...
    def cancel(self) -> None:
        """Asks the function that holds this token to stop. Asking again changes nothing."""

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""

@final
class Index:
    """The files of a folder, by their paths, for somebody who types parts of one. It does not change."""

    def __new__(cls, paths: Sequence[str]) -> Index:
        """An index of paths, whatever they name."""

    @staticmethod
    def below(root: str | PathLike[str], *, hidden: bool, cancel: CancelToken) -> Index:
        """An index of the files below a folder, without what ignore files hide; empty when it was cancelled.

        Raises FileNotFoundError for a root that is not there.
        """

    def folders(self) -> Index:
        """An index of the folders that these paths lie in, each once, without a slash at the end."""

    @property
    def problems(self) -> list[str]:
        """What could not be read when the folder was listed."""

    def __len__(self) -> int: ...
    def rank(
        self, query: str, *, limit: int, name_bonus: int, cancel: CancelToken
    ) -> tuple[list[tuple[str, int, list[int]]], int, bool]:
        """The paths that fit every word of the query, best first; all fit an empty one.

        A word's letters have to be there in order. Those at the beginning of a folder, a name or a word count more, and
        `name_bonus` is added for a word that is found in the file's own name. Of two that fit alike the shorter comes
        first. A word with an upper-case letter tells cases apart.

        Returns at most `limit` of them (path, score, which of its characters were found), how many fit, and whether it
        was cancelled.
        """

@final
class Lines:
    """The lines of a page, ordered by path and line; each is made when it is asked for."""

    def __len__(self) -> int: ...
    def between(self, first: int, last: int) -> list[tuple[str, int, str, bool]]:
        """Those from the index `first` up to `last`, which is not among them, as far as they are there: path, line
        number, text, whether it matches."""

@final
class Search:
    """A search for lines, under way on several threads. Dropped, it stops."""

    def __new__(
        cls,
        pattern: str,
        root: str | PathLike[str],
        *,
        globs: Sequence[str],
        types: Sequence[str],
        literal: bool,
        case: str,
        multiline: bool,
        want: str,
        before: int,
        after: int,
        hidden: bool,
        respect_ignore: bool,
        follow: bool,
        limit: int | None,
        max_columns: int,
        max_bytes: int,
    ) -> Search:
        """Starts it below `root`, a folder or one file.

        `globs` choose files (`!` takes away, the last that matches counts), and `types` are globs of which a
        file's name has to match one, too. `case` is `smart`, `sensitive` or `insensitive`; `want` is `lines`,
        `counts` or `files`. `before` and `after` are lines, `limit` the most matching lines to return,
        `max_columns` characters (0: no bound), `max_bytes` what is held of one file: one with a longer line, or
        with `multiline` a longer file, is a problem and not searched.

        Raises ValueError for a bad pattern or glob, with the place; FileNotFoundError for a root that is not
        there.
        """

    def take(self, enough: int, patience: float | None) -> tuple[Lines, dict[str, int], int, list[str]] | None:
        """What was found since the last time, once there are `enough` lines and files, or `patience` seconds have
        passed, or the search is at its end. None once all was taken, and after `stop`.

        Returns the lines, path and matching lines of each file with a match, how many text files were searched, and
        the problems.
        """

    def stop(self) -> None:
        """Ends it, from any thread: who waits in `take` is free at once. What is ready is lost."""

def find(
    globs: Sequence[str],
    root: str | PathLike[str],
    *,
    hidden: bool,
    respect_ignore: bool,
    follow: bool,
    limit: int | None,
    sort: str,
    cancel: CancelToken,
) -> tuple[list[str], int, list[str], bool]:
    """Every file below `root` that matches.

    `sort` is `path`, or `modified` for the last changed first. Returns the paths (at most `limit`), how
    many there are, the problems, and whether it was cancelled. Raises like `Search`.
    """

def make_hunks(before: str, after: str, context: int, *, cancel: CancelToken | None = None) -> list[_Hunk]:
    """The hunks that turn `before` into `after`, with `context` lines around each change (histogram diff)."""

def apply_hunks(
    before: str, hunks: Sequence[_Hunk], accepted: Sequence[int] | None, *, cancel: CancelToken | None = None
) -> str:
    """`before` with the hunks at the indices `accepted` applied; all of them for None.

    Raises PatchConflict where a hunk's old lines stand nowhere; ValueError for a hunk that contradicts
    itself or an index that is none.
    """

def format_unified(path: str, hunks: Sequence[_Hunk], change: str, *, cancel: CancelToken | None = None) -> str:
    """The hunks as a patch that `git apply` takes; `change` is `add`, `edit` or `delete`."""

def parse_patch(
    patch: str, *, cancel: CancelToken | None = None
) -> list[tuple[Literal["add", "update", "delete"], str | None, str | None, list[_Chunk], bool]]:
    """For each file of a patch: what shall become of it, its path, the path it gets, its chunks, and whether
    a new last line ends in a newline, whatever the old one did.

    Raises ValueError with the line number for what is no patch.
    """

def fit_chunks(
    text: str, chunks: Sequence[_Chunk], ends: bool, rules: _Rules, *, cancel: CancelToken | None = None
) -> list[tuple[_Verdict, int, list[int], _Hunk | None]]:
    """For each chunk the verdict, the number of the stage that found it, the lines where it may begin (from
    1), and the hunk it is in exactly this text, where it has one place.

    Stages: 0 exact but for line endings, 1 white space at ends, 2 typographic characters, 3 indentation,
    4 less context, 5 similar lines. Raises ValueError for a line without a sign.
    """

def replace(
    text: str, edits: Sequence[tuple[str, str, bool]], rules: _Rules, *, cancel: CancelToken | None = None
) -> tuple[str, list[tuple[_Verdict, int, list[int]]]]:
    """The text after all edits (old, new, everywhere), each made on what those before it left, and for each
    the verdict, the stage as in `fit_chunks`, and the lines where it stands.

    It ends with the first edit that does not fit.
    """

def changed_words(
    old_line: str, new_line: str, cells: int, *, cancel: CancelToken | None = None
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The ranges of characters that differ, in the old line and in the new one.

    `cells` bounds the memory and time of the comparison: words of the one times words of the other; above
    it everything between the first and the last difference counts as changed.
    """

@final
class Confinement:
    """What a command may not do, enforced by the kernel from before its first instruction.

    It may read everything. It may write `writable` and nothing else: folders (with all in them) and files, absolute and
    with no symbolic link in them; what is gone meanwhile is left out. Calls that are about other processes, the kernel
    or the network fail with EPERM or EACCES. Everything it starts is held to the same.
    """

    def __new__(
        cls,
        *,
        writable: Sequence[str | PathLike[str]],
        sealed: Sequence[str | PathLike[str]],
        network: str,
        unix_sockets: bool,
        namespaces: bool,
    ) -> Confinement:
        """`sealed` is what inside of `writable` may not be written; it takes `namespaces`: mounts of its own.

        `network` is `off`, or `loopback`: one of its own, with nobody in it but what the command starts; that takes
        `namespaces`, too. With `unix_sockets` the sockets of other programs are within its reach. Raises ValueError
        for a path that is not absolute; what the kernel does not hold is a ValueError of `Process.spawn`.
        """

def sandbox_support() -> tuple[int, bool, bool, bool, list[tuple[str, str]]]:
    """What the kernel lets this process confine: `(landlock, seccomp, mounts, loopback, problems)`.

    The version of Landlock (0: none); whether calls can be refused; whether a command can have mounts of its own, and
    a network of its own. `problems` says of what is missing why: (what, why). Found out once, by entering each in a
    child that ends there.
    """

@final
class Process:
    """A command on a terminal of its own, in a session of its own, on one leash with all that it starts.

    The terminal leaves `\\n` alone, and does not echo unless told to. All descriptors close on exec. Closed, or
    dropped, or left behind by a process that was killed, it is killed with everything it started: on Linux also what
    left its group or session, elsewhere what is still in the group.
    """

    @staticmethod
    def spawn(
        argv: Sequence[str],
        cwd: str | PathLike[str],
        env: Sequence[tuple[str, str]],
        *,
        rows: int,
        columns: int,
        piped: bool,
        echo: bool = False,
        notes: tuple[int, int] | None = None,
        confinement: Confinement | None = None,
    ) -> Process:
        """Starts `argv` in `cwd` with exactly the environment `env`.

        Its standard input is a pipe where `piped`, else the terminal, which shows what is typed where `echo`.
        Under the first number of `notes` it finds a descriptor for what it has to tell beside its output, at most
        the second's bytes. Raises
        FileNotFoundError or PermissionError for a program or a folder that cannot be used, and OSError where the
        confinement cannot be entered: then nothing was run.
        """

    @property
    def pid(self) -> int:
        """Its id, which is that of its group and its session, too."""

    def fileno(self) -> int:
        """Our end of its terminal, which never blocks. Raises ValueError once closed."""

    def output_fileno(self) -> int:
        """A descriptor that is readable when there is something for `read`. Raises ValueError once closed."""

    def input_fileno(self) -> int | None:
        """Our end of its standard input where that is an open pipe; it never blocks."""

    def news_fileno(self) -> int | None:
        """A descriptor that is readable when `reap` or `is_gone` may answer anew; None where the system has none."""

    def read(self, size: int) -> bytes | None:
        """Up to `size` bytes of output: None where there is none yet, empty where there will be no more."""

    def write(self, data: bytes) -> int:
        """Writes to its standard input what fits now, and returns how many bytes did."""

    def end_input(self) -> None:
        """Closes the pipe that is its standard input."""

    def resize(self, rows: int, columns: int) -> None:
        """Tells the terminal another size; the process hears of it by SIGWINCH."""

    def notes(self, limit: int) -> bytes:
        """Its first `limit` bytes of notes so far. Raises ValueError once closed."""

    def signal(self, number: int) -> bool:
        """Sends a signal to the command and all that it started; False where nobody is left to hear it."""

    def reap(self) -> tuple[int | None, int | None] | None:
        """Exit code and signal, one of them None, once it has ended; None before. Never blocks."""

    def is_gone(self) -> bool:
        """Whether it and all that it started have ended. Never blocks."""

    def close(self) -> None:
        """Closes every descriptor; what still runs is killed."""

def read_commands(
    line: str, deepest: int, most_commands: int, most_words: int
) -> tuple[list[tuple[list[str], list[str], list[str], list[str], str, list[int], list[int], bool, bool]], str]:
    """All simple commands of a shell line, those in substitutions before the one they stand in, and the first thing
    that could not be understood.

    Of each command: words, assignments, files written, files read, the one of them that its standard output goes to at
    last (empty where that is none, or not known), places of words that are expanded, places of words that are patterns,
    whether it reads a pipe, whether the name of a redirection's file is unknown. `deepest` is the most substitutions
    and subshells in one another that are followed; of more commands and words than the most, only those are read. Time
    and memory grow with the line's length times `deepest`; a line that is long has to be refused before.
    """

@final
class Terminal:
    """A terminal that nobody sees: bytes in, and out comes what a person would have seen.

    It has `rows` x `columns` (1 to 1000, 2 to 1000). Of what scrolls off it holds at least `keep` bytes, half from the
    start and half from the end. With `newline` the end of a line goes to the start of the next one, as it does where
    no kernel puts a carriage return before it.
    """

    def __new__(cls, rows: int, columns: int, *, keep: int, newline: bool) -> Terminal: ...
    def feed(self, data: bytes) -> bytes:
        """Takes the next bytes, cut anywhere. Returns the text that left the screen meanwhile, in UTF-8."""

    def finish(self) -> bytes:
        """Takes note that no more will come. Returns what left the screen."""

    def seen(self) -> tuple[str, str, int, list[tuple[int, int, str]], list[tuple[int, int, str]]]:
        """What scrolled off, and the screen: head, tail, the bytes omitted between them, and the styles of head and
        of tail (first character, the one behind the last, words such as `bold 1 on #102030`)."""

    def on_screen(self) -> str:
        """The text that is still on the screen."""

    def rows(self) -> list[str]:
        """The rows of the screen, each as it is drawn there."""

    def picture(self) -> tuple[list[list[tuple[str, str]]], tuple[int, int], bool]:
        """The screen as it is now: its rows in pieces of text and style, row and column of the cursor from 0, and
        whether a program uses the whole screen for a while, of which nothing will be part of the text."""

    def replies(self) -> bytes:
        """Answers to programs that asked where the cursor is, or what terminal this is."""
