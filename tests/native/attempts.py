"""Attempts to get out of a sandbox, one a word: `python attempts.py WORD [ARGUMENT]...`.

Prints `done` and ends with 0 where it worked, else the system's error and 1. Started by test_sandbox.py, inside and
outside; plain system calls, so that no library is in the way.
"""

import ctypes
import fcntl
import os
import resource
import socket
import struct
import sys
import termios
from collections.abc import Callable
from pathlib import Path

libc = ctypes.CDLL(None, use_errno=True)

# Numbers of x86-64; those that this machine shares with all others are the same from 424 on.
CALLS = {
    "ptrace": 101,
    "mount": 165,
    "add_key": 248,
    "unshare": 272,
    "perf_event_open": 298,
    "open_by_handle_at": 304,
    "name_to_handle_at": 303,
    "setns": 308,
    "process_vm_readv": 310,
    "bpf": 321,
    "userfaultfd": 323,
    "io_uring_setup": 425,
    "clone3": 435,
    "pidfd_getfd": 438,
    "pidfd_open": 434,
    "renameat2": 316,
}
NEW_USER = 0x10000000
PTRACE_ATTACH, PTRACE_DETACH = 16, 17


def call(name: str, *arguments: object) -> int:
    """A system call. Raises OSError."""
    # Whole registers: half of one would be filled with whatever was there.
    wide = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    result: int = libc.syscall(CALLS[name], *wide)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")
    return result


def ptrace(pid: str) -> None:
    call("ptrace", PTRACE_ATTACH, int(pid), 0, 0)
    os.waitpid(int(pid), 0x40000000)  # __WALL
    call("ptrace", PTRACE_DETACH, int(pid), 0, 0)


def read_memory(pid: str) -> None:
    with Path(f"/proc/{pid}/mem").open("rb") as memory, Path(f"/proc/{pid}/maps").open() as maps:
        memory.seek(int(maps.readline().split("-")[0], 16))
        memory.read(16)


def process_vm_readv(pid: str) -> None:
    with Path(f"/proc/{pid}/maps").open() as maps:
        start = int(maps.readline().split("-")[0], 16)
    room = ctypes.create_string_buffer(16)
    ours = struct.pack("PN", ctypes.addressof(room), 16)
    theirs = struct.pack("PN", start, 16)
    call("process_vm_readv", int(pid), ours, 1, theirs, 1, 0)


def pidfd_getfd(pid: str) -> None:
    call("pidfd_getfd", call("pidfd_open", int(pid), 0), 0, 0)


def root_of(pid: str, victim: str) -> None:
    Path(f"/proc/{pid}/root{victim}").write_text("evil")


def environment(pid: str) -> None:
    Path(f"/proc/{pid}/environ").read_bytes()


def limit(pid: str) -> None:
    resource.prlimit(int(pid), resource.RLIMIT_CORE, (0, 0))


def shared_memory(key: str) -> None:
    """Finds a segment that somebody else made."""
    found: int = libc.shmget(int(key), 0, 0)
    if found < 0:
        raise OSError(ctypes.get_errno(), f"shmget: {os.strerror(ctypes.get_errno())}")


def kill(pid: str) -> None:
    os.kill(int(pid), 18)  # SIGCONT: harms nobody


def io_uring() -> None:
    call("io_uring_setup", 4, ctypes.create_string_buffer(120))


def bpf() -> None:
    call("bpf", 0, struct.pack("IIII", 2, 4, 4, 1) + bytes(64), 80)


def add_key() -> None:
    call("add_key", b"user", b"claw", b"secret", 6, -2)  # KEY_SPEC_PROCESS_KEYRING


def perf() -> None:
    # A software clock of this process.
    call(
        "perf_event_open", struct.pack("IIQ", 1, 112, 0) + bytes(24) + struct.pack("Q", 0x60) + bytes(64), 0, -1, -1, 0
    )


def userfaultfd() -> None:
    call("userfaultfd", 1)  # UFFD_USER_MODE_ONLY


def user_namespace() -> None:
    call("unshare", NEW_USER)


def cloned_namespace() -> None:
    arguments = struct.pack("Q" * 8, NEW_USER, 0, 0, 0, 17, 0, 0, 0)
    child = call("clone3", arguments, len(arguments))
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def other_namespace(pid: str) -> None:
    call("setns", call("pidfd_open", int(pid), 0), 0x00020000)


def mount(folder: str) -> None:
    call("mount", b"none", folder.encode(), b"tmpfs", 0, 0)


def remount(folder: str) -> None:
    call("mount", 0, folder.encode(), 0, 32 | 4096, 0)  # MS_REMOUNT | MS_BIND: clears read-only


def by_handle(victim: str) -> None:
    handle = ctypes.create_string_buffer(struct.pack("Ii", 128, 0), 136)
    call("name_to_handle_at", -100, victim.encode(), handle, ctypes.byref(ctypes.c_int()), 0)
    folder = os.open(Path(victim).parent, os.O_RDONLY)
    opened = call("open_by_handle_at", folder, handle, os.O_WRONLY)
    os.write(opened, b"evil")


def exchange(ours: str, victim: str) -> None:
    call("renameat2", -100, ours.encode(), -100, victim.encode(), 2)  # RENAME_EXCHANGE


def type_into_terminal() -> None:
    fcntl.ioctl(os.open("/dev/tty", os.O_RDWR), termios.TIOCSTI, b"x")


def tcp(port: str) -> None:
    socket.create_connection(("127.0.0.1", int(port)), timeout=5).close()


def tcp6(port: str) -> None:
    socket.create_connection(("::1", int(port)), timeout=5).close()


def listen() -> None:
    socket.create_server(("127.0.0.1", 0)).close()


def dns(port: str) -> None:
    """A question for a name, and its answer: anything."""
    question = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x04claw\x04test\x00\x00\x01\x00\x01"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(5)
        asking.sendto(question, ("127.0.0.1", int(port)))
        asking.recv(512)


def abstract(name: str) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect("\0" + name)


def pathname(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)


def datagram_pair(path: str) -> None:
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.sendto(b"evil", path)
    other.close()


def netlink() -> None:
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).close()


def virtual_machine() -> None:
    socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM).close()


ATTEMPTS: dict[str, Callable[..., object]] = {
    name: value for name, value in globals().items() if callable(value) and getattr(value, "__module__", "") == __name__
}


if __name__ == "__main__":
    try:
        ATTEMPTS[sys.argv[1]](*sys.argv[2:])
    except OSError as error:
        print(error)
        sys.exit(1)
    print("done")
