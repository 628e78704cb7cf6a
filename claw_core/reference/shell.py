"""The twin of the shell in plain Python: a process on a terminal of its own with `pty`, and what its output
looked like.

What plain Python cannot: a child that left the process group is out of its reach, and nothing can be confined."""

import contextlib
import errno
import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Callable, Sequence
from os import PathLike

from claw_core.reference.terminal import Terminal

__all__ = ["Process", "Terminal"]


class Process:
    """A process on a terminal of its own, in a session and a process group of its own."""

    def __init__(
        self, child: "subprocess.Popen[bytes]", terminal: int, input_end: int | None, notes: int | None
    ) -> None:
        self._child = child
        self._terminal: int | None = terminal
        self._input = input_end
        self._notes = notes
        self._pidfd = _pidfd(child.pid)
        self._exit: tuple[int | None, int | None] | None = None

    @staticmethod
    def spawn(  # noqa: PLR0913 - the extension has these
        argv: Sequence[str],
        cwd: str | PathLike[str],
        env: Sequence[tuple[str, str]],
        *,
        rows: int,
        columns: int,
        piped: bool,
        echo: bool = False,
        notes: tuple[int, int] | None = None,
        confinement: None = None,
    ) -> "Process":
        """Starts a process. Plain Python can confine nothing."""
        if confinement is not None:
            raise ValueError("only the extension can confine a command")
        ours, theirs = _terminal(rows, columns, echo=echo)
        reading, writing = os.pipe() if piped else (None, None)
        jotter = None if notes is None else _anonymous_file(notes[1])
        try:
            child = subprocess.Popen(
                argv,
                cwd=cwd,
                env=dict(env),
                stdin=theirs if reading is None else reading,
                stdout=theirs,
                stderr=theirs,
                start_new_session=True,
                close_fds=notes is None,
                preexec_fn=_settling(os.getpid(), jotter, notes and notes[0]),  # noqa: PLW1509 - only this makes the terminal the session's
            )
        except BaseException:
            for descriptor in (ours, writing, jotter):
                if descriptor is not None:
                    os.close(descriptor)
            raise
        finally:
            os.close(theirs)
            if reading is not None:
                os.close(reading)
        if writing is not None:
            os.set_blocking(writing, False)
        return Process(child, ours, writing, jotter)

    @property
    def pid(self) -> int:
        """Its id, and that of its group and session."""
        return self._child.pid

    def fileno(self) -> int:
        """Our end of its terminal; never blocks."""
        if self._terminal is None:
            raise ValueError("the process is closed")
        return self._terminal

    def output_fileno(self) -> int:
        """A descriptor that is readable when there is something for `read`: the terminal itself."""
        return self.fileno()

    def input_fileno(self) -> int | None:
        """Our end of its standard input where that is an open pipe."""
        return self._input

    def news_fileno(self) -> int | None:
        """A descriptor that is readable once it has ended; None where the system has none."""
        return self._pidfd

    def notes(self, limit: int) -> bytes:
        """Its first `limit` bytes of notes so far."""
        if self._notes is None:
            return b""
        # The place of the descriptor, which it shares, is behind what was written.
        return os.pread(self._notes, min(limit, os.lseek(self._notes, 0, os.SEEK_CUR)), 0)

    def read(self, size: int) -> bytes | None:
        """Output that is there now: None where there is none yet, empty where there will be no more."""
        data = bytearray()
        while len(data) < size:
            try:
                piece = os.read(self.fileno(), size - len(data))
            except BlockingIOError:
                return bytes(data) or None
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                break
            if not piece:
                break
            data += piece
        return bytes(data)

    def write(self, data: bytes) -> int:
        """Writes to its standard input what fits now, and returns how many bytes did."""
        try:
            return os.write(self.fileno() if self._input is None else self._input, data)
        except BlockingIOError:
            return 0
        except OSError as error:
            if error.errno not in {errno.EPIPE, errno.EIO}:
                raise
            return len(data)

    def end_input(self) -> None:
        """Closes the pipe that is its standard input."""
        if self._input is not None:
            os.close(self._input)
            self._input = None

    def resize(self, rows: int, columns: int) -> None:
        """Tells the terminal another size."""
        _set_size(self.fileno(), rows, columns)

    def signal(self, number: int) -> bool:
        """Sends a signal to the whole group; False where nobody is left to hear it."""
        if self._terminal is None:
            return False
        try:
            # Not reaped before it is closed, the process holds the group's id: it can be nobody else's.
            os.killpg(self._child.pid, signal.Signals(number))
        except ProcessLookupError:
            return False
        return True

    def reap(self) -> tuple[int | None, int | None] | None:
        """Exit code and signal, one of them None, once it has ended; None before."""
        if self._exit is None and self._terminal is not None:
            ended = os.waitid(os.P_PID, self._child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if ended is not None:
                by_itself = ended.si_code == os.CLD_EXITED
                self._exit = (ended.si_status, None) if by_itself else (None, ended.si_status)
        return self._exit

    def is_gone(self) -> bool:
        """Whether it has ended; of what left its group, plain Python knows nothing."""
        return self._terminal is None or self.reap() is not None

    def close(self) -> None:
        """Closes every descriptor; what still runs in its group is killed."""
        self.signal(signal.SIGKILL)
        for descriptor in (self._terminal, self._input, self._pidfd, self._notes):
            if descriptor is not None:
                os.close(descriptor)
        self._terminal = self._input = self._pidfd = self._notes = None
        self._child.poll()

    def __del__(self) -> None:
        self.close()


def _anonymous_file(limit: int) -> int:
    """A file without a name, of at most so many bytes where the system can hold it to that."""
    if sys.platform == "linux":
        file = os.memfd_create("notes", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(file, limit)
        fcntl.fcntl(file, fcntl.F_ADD_SEALS, fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL)
        return file
    with tempfile.TemporaryFile(buffering=0) as file:
        return os.dup(file.fileno())


def _terminal(rows: int, columns: int, *, echo: bool) -> tuple[int, int]:
    """A new terminal, our side and theirs. It does not turn newlines into CR LF."""
    ours, theirs = pty.openpty()
    modes = termios.tcgetattr(theirs)
    modes[1] &= ~(termios.OPOST | termios.ONLCR)
    modes[3] &= ~(termios.ECHO | termios.ECHOE | termios.ECHOK | termios.ECHONL)
    modes[3] |= (termios.ECHO | termios.ECHOE | termios.ECHOK) if echo else 0
    termios.tcsetattr(theirs, termios.TCSANOW, modes)
    _set_size(theirs, rows, columns)
    os.set_blocking(ours, False)
    return ours, theirs


def _set_size(descriptor: int, rows: int, columns: int) -> None:
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _settling(parent: int, jotter: int | None, notes: int | None) -> Callable[[], None]:
    """What the child does before it becomes the program."""
    end_with_parent = _death_signal()

    def settle() -> None:
        fcntl.ioctl(1, termios.TIOCSCTTY, 0)
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGTSTP):
            signal.signal(number, signal.SIG_DFL)
        if jotter is not None and notes is not None:
            os.dup2(jotter, notes)
            for descriptor in map(int, os.listdir("/dev/fd")):  # noqa: PTH208 - numbers, in a child that does little
                if descriptor > 2 and descriptor != notes:
                    _close_when_run(descriptor)
        end_with_parent()
        if os.getppid() != parent:
            os._exit(1)

    return settle


def _close_when_run(descriptor: int) -> None:
    with contextlib.suppress(OSError):  # what the listing itself was read from
        os.set_inheritable(descriptor, False)


def _death_signal() -> Callable[[], None]:
    """On Linux, asks the system to kill the process when the one that started it ends."""
    if sys.platform != "linux":
        return lambda: None
    import ctypes

    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(1, int(signal.SIGKILL), 0, 0, 0)


def _pidfd(pid: int) -> int | None:
    if sys.platform != "linux":
        return None
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None
