"""What a confined command cannot do. Each attempt runs twice: inside it fails, outside the same one works.

Where the machine does not allow it outside either, the test says so, and why, after it failed inside.
"""

import asyncio
import ctypes
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from claw_core.native import backend
from claw_core.native.sandbox import Confinement, confinement, support
from claw_core.native.shell import Finished, run

pytestmark = [
    pytest.mark.skipif(backend() == "python", reason="plain Python can confine nothing; test_backend.py holds that"),
    pytest.mark.skipif(backend() == "rust" and not support().confines, reason=f"no sandbox here: {support().problems}"),
]

ATTEMPTS = Path(__file__).with_name("attempts.py")
NOBODY = 65534
ROOT = Path(__file__).parents[2]
PYTHON = sys.executable if os.access(sys.executable, os.X_OK) else shutil.which("python3")
"""What runs the attempts: who is not root may not get at the one that runs this."""


@dataclass(frozen=True)
class World:
    """A workspace that may be written, and what lies beside it."""

    work: Path
    free: Path
    """Another workspace, for what runs outside."""
    beside: Path

    @property
    def victim(self) -> Path:
        return self.beside / "victim"

    def seen(self) -> dict[str, str]:
        """All that lies beside the workspace."""
        return {
            path.name: path.read_text() if path.is_file() else str(path.lstat().st_mode)
            for path in sorted(self.beside.iterdir())
        }

    async def run(self, command: str, walls: Confinement | None, cwd: Path | None = None) -> Finished:
        env = {**os.environ, "BESIDE": str(self.beside), "LC_ALL": "C.UTF-8"}
        work = self.free if walls is None else self.work
        return await run(command, cwd=cwd or work, env=env, timeout=30, confinement=walls)

    async def attempt(self, walls: Confinement | None, *words: object) -> str:
        """What came of an attempt: `done`, or the system's error."""
        ended = await self.run(" ".join([str(PYTHON), "-I", str(ATTEMPTS), *map(str, words)]), walls)
        return ended.output.strip()

    async def fails_inside_only(self, walls: Confinement, *words: object) -> str:
        """Does it inside, where it must fail; then outside. The error."""
        error = await self.attempt(walls, *words)
        assert error != "done"
        assert "Traceback" not in error
        if (outside := await self.attempt(None, *words)) != "done":
            pytest.skip(f"refused inside ({error}); this machine refuses it outside, too: {outside}")
        return error


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path / "work", tmp_path / "free", tmp_path / "beside")
    for folder in (world.work, world.free, world.beside):
        folder.mkdir()
    world.victim.write_text("mine")
    return world


@pytest.fixture(params=["mounts", "landlock"])
def walls(request: pytest.FixtureRequest, world: World) -> Confinement:
    """Both ways to hold files, each by itself good enough."""
    if request.param == "mounts" and not support().mounts:
        pytest.skip(f"no mounts of its own here: {support().problems}")
    return confinement(writable=[world.work], namespaces=request.param == "mounts")


@pytest.fixture
def plain(world: World) -> Confinement:
    return confinement(writable=[world.work])


@pytest.fixture
async def sibling() -> AsyncIterator[int]:
    """A process of the same person, outside."""
    process = await asyncio.create_subprocess_exec("sleep", "600")
    yield process.pid
    process.kill()
    await process.wait()


# ---- files


WRITES = {
    "directly": "echo evil > $BESIDE/victim",
    "appending": "echo evil >> $BESIDE/victim",
    "in a session of its own": "setsid --wait sh -c 'echo evil > $BESIDE/victim'",
    "through a symlink": "ln -s $BESIDE link; echo evil > link/victim",
    "through a symlink to the file": "ln -s $BESIDE/victim link; echo evil > link",
    "by going up": "echo evil > ../beside/victim",
    "by going up from a link": "mkdir -p a/b; ln -s a/b link; cd -P link; echo evil > ../../../beside/victim",
    "through /proc/self/root": "echo evil > /proc/self/root$BESIDE/victim",
    "through /proc/self/cwd": "echo evil > /proc/self/cwd/../beside/victim",
    "through a hard link": "ln $BESIDE/victim here; echo evil > here",
    "by a rename over it": "echo evil > new; mv -f new $BESIDE/victim",
    "by a bare rename": 'echo evil > new; python3 -c \'import os; os.rename("new", "../beside/victim")\'',
    "by moving a folder out": "mkdir d; mv d $BESIDE/d",
    "by moving it in": "mv $BESIDE/victim .",
    "by removing it": "rm -f $BESIDE/victim",
    "by emptying it": "truncate -s 0 $BESIDE/victim",
    "by making a folder": "mkdir $BESIDE/d",
    "by making a pipe": "mkfifo $BESIDE/pipe",
    "by making a link": "ln -s victim $BESIDE/link",
    "by making a hard link": "echo x > x; ln x $BESIDE/x",
    "by cp --reflink and attributes": "echo evil > new; cp -a --reflink=auto new $BESIDE/victim",
    "by tar": "mkdir beside; echo evil > beside/victim; tar cf x.tar beside; tar xf x.tar -C ..",
}


@pytest.mark.parametrize("how", WRITES)
async def test_nothing_outside_is_written(how: str, world: World, walls: Confinement) -> None:
    before = world.seen()
    await world.run(WRITES[how], walls)
    assert world.seen() == before
    await world.run(WRITES[how], None)
    assert world.seen() != before


async def test_files_cannot_be_exchanged_with_those_outside(world: World, walls: Confinement) -> None:
    for folder in (world.work, world.free):
        (folder / "ours").write_text("evil")
    await world.fails_inside_only(walls, "exchange", "ours", world.victim)


async def test_modes_and_times_outside_stay_with_mounts_alone(world: World) -> None:
    if not support().mounts:
        pytest.skip(f"no mounts of its own here: {support().problems}")
    mode = world.victim.stat().st_mode

    async def change(namespaces: bool) -> bool:
        await world.run(
            "chmod 777 $BESIDE/victim", confinement(writable=[world.work], namespaces=namespaces), world.work
        )
        changed = world.victim.stat().st_mode != mode
        world.victim.chmod(mode)
        return changed

    assert (await change(True), await change(False)) == (False, True), "docs/security.md tells so"


async def test_inherited_descriptors_are_closed(world: World, walls: Confinement) -> None:
    with world.victim.open("a") as file:
        os.set_inheritable(file.fileno(), True)
        command = f"echo evil >&{file.fileno()}"
        assert (await world.run(command, walls)).exit_code != 0
        assert world.victim.read_text() == "mine"
        # A shell of claw's closes them outside, too: here another one shows that it would have worked.
        words = ["/bin/bash", "-c", command]
        await asyncio.to_thread(subprocess.run, words, pass_fds=[file.fileno()], check=True)
        assert world.victim.read_text() == "mineevil\n"


async def test_inside_everything_works(world: World, walls: Confinement) -> None:
    command = """
        set -e
        mkdir -p a/b; echo one > a/b/f; mv a/b/f f; ln f g; ln -s f h; cp g a/i; chmod 755 f; truncate -s 1 h; rm g
        echo two > /dev/null; echo three > /dev/stdout; echo four > /dev/tty
        cat /etc/passwd > passwd; sleep 0.01 & wait; (echo five | tr f F)
    """
    ended = await world.run(command, walls)
    assert (ended.exit_code, ended.output) == (0, "three\nfour\nFive\n")


async def test_with_mounts_of_its_own_there_is_shared_memory_and_terminals(world: World) -> None:
    if not support().mounts:
        pytest.skip(f"no mounts of its own here: {support().problems}")
    command = f"{PYTHON} -c 'import multiprocessing as m, pty; m.Lock(); pty.openpty(); print(m.get_context())'"
    ended = await world.run(command, confinement(writable=[world.work]))
    assert ended.exit_code == 0, ended.output
    assert not [path for path in Path("/dev/shm").iterdir() if path.name.startswith("sem.mp")]


# ---- what is sealed


SEALED = {
    "writing": "echo evil > .git/config",
    "making": "echo evil > .git/hooks/pre-commit",
    "removing": "rm -rf .git",
    "moving": "mv .git gone",
    "moving it back": "mv .git gone; mkdir -p .git/hooks; echo evil > .git/config",
    "a rename into it": "echo evil > new; mv new .git/hooks/pre-commit",
    "a hard link out of it": "ln .git/config out; echo evil > out",
    "a symlink": "ln -s .git link; echo evil > link/config",
    "/proc/self/root": "echo evil > /proc/self/root$PWD/.git/config",
    "modes": "chmod 777 .git/config",
    "a file by itself": "echo evil > .env",
    "a file, replaced": "echo evil > new; mv -f new .env",
    "from within": "cd .git/hooks && echo evil > ../config",
}


@pytest.mark.parametrize("how", SEALED)
async def test_what_is_sealed_stays(how: str, world: World) -> None:
    if not support().mounts:
        pytest.skip(f"no mounts of its own here: {support().problems}")
    for folder in (world.work, world.free):
        (folder / ".git" / "hooks").mkdir(parents=True)
        (folder / ".git" / "config").write_text("[core]")
        (folder / ".env").write_text("KEY=1")

    def state(folder: Path) -> dict[str, object]:
        spots = [folder, *folder.rglob("*")]
        kept = [spot for spot in spots if ".git" in spot.parts or spot.name == ".env"]
        return {
            str(spot.relative_to(folder)): (spot.stat().st_mode, spot.read_text() if spot.is_file() else "")
            for spot in kept
        }

    before = state(world.work)
    walls = confinement(writable=[world.work], sealed=[world.work / ".git", world.work / ".env"])
    await world.run(SEALED[how], walls)
    assert state(world.work) == before
    await world.run(SEALED[how], None)
    assert state(world.free) != before


async def test_what_starts_inside_a_sealed_folder_is_held_to_it(world: World) -> None:
    if not support().mounts:
        pytest.skip(f"no mounts of its own here: {support().problems}")
    hooks = world.work / ".git" / "hooks"
    hooks.mkdir(parents=True)
    walls = confinement(writable=[world.work], sealed=[world.work / ".git"])
    await world.run("echo evil > pre-commit; echo evil > ../config", walls, cwd=hooks)
    assert [path.name for path in (world.work / ".git").rglob("*")] == ["hooks"]
    assert (await world.run("echo fine > pre-commit", None, cwd=hooks)).exit_code == 0


async def test_a_seal_cannot_be_broken(world: World) -> None:
    if not support().mounts:
        pytest.skip(f"no mounts of its own here: {support().problems}")
    sealed = world.work / "sealed"
    sealed.mkdir()
    walls = confinement(writable=[world.work], sealed=[sealed])
    assert "Operation not permitted" in await world.attempt(walls, "remount", sealed)
    assert "Operation not permitted" in await world.attempt(walls, "mount", sealed)
    assert (await world.run("umount sealed", walls)).exit_code != 0


async def test_where_something_cannot_be_held_nothing_runs(world: World) -> None:
    with pytest.raises(ValueError, match="mounts of its own"):
        await world.run("touch ran", confinement(writable=[world.work], sealed=[world.work], namespaces=False))
    assert not (world.work / "ran").exists()


async def test_a_link_put_where_a_folder_was_gives_nothing(world: World) -> None:
    (world.work / "src").mkdir()
    walls = confinement(writable=[world.work / "src"], namespaces=False)
    (world.work / "src").rmdir()
    (world.work / "src").symlink_to(world.beside)
    await world.run("echo evil > src/victim", walls)
    assert world.victim.read_text() == "mine"


# ---- other processes, and the kernel


@pytest.mark.parametrize(
    "what",
    ["ptrace", "read_memory", "process_vm_readv", "pidfd_getfd", "kill", "other_namespace", "environment", "limit"],
)
async def test_other_processes_are_out_of_reach(what: str, world: World, walls: Confinement, sibling: int) -> None:
    await world.fails_inside_only(walls, what, sibling)


async def test_the_folders_of_other_processes_lead_nowhere(world: World, walls: Confinement, sibling: int) -> None:
    await world.fails_inside_only(walls, "root_of", sibling, world.victim)


@pytest.mark.parametrize(
    "what", ["io_uring", "bpf", "add_key", "perf", "userfaultfd", "user_namespace", "cloned_namespace"]
)
async def test_ways_into_the_kernel_are_shut(what: str, world: World, plain: Confinement) -> None:
    await world.fails_inside_only(plain, what)


async def test_memory_that_others_share_is_out_of_reach_with_mounts(world: World) -> None:
    if not support().mounts:
        pytest.skip(f"no mounts of its own here: {support().problems}")
    libc = ctypes.CDLL(None)
    key = 0x636C6177 ^ os.getpid()
    segment: int = libc.shmget(key, 4096, 0o1600)  # IPC_CREAT
    try:
        await world.fails_inside_only(confinement(writable=[world.work]), "shared_memory", key)
    finally:
        libc.shmctl(segment, 0, None)  # IPC_RMID


async def test_nothing_can_be_mounted(world: World, plain: Confinement) -> None:
    folder = Path(tempfile.mkdtemp())
    with ExitStack() as stack:
        stack.callback(folder.rmdir)
        stack.callback(subprocess.run, ["umount", "-q", folder], check=False, capture_output=True)
        await world.fails_inside_only(plain, "mount", folder)


async def test_files_cannot_be_opened_by_their_handles(world: World, plain: Confinement) -> None:
    await world.fails_inside_only(plain, "by_handle", world.victim)


async def test_nobody_types_into_the_terminal(world: World, plain: Confinement) -> None:
    await world.fails_inside_only(plain, "type_into_terminal")


async def test_root_keeps_no_power_over_the_machine(world: World, plain: Confinement) -> None:
    ended = await world.run("grep -E '^(CapBnd|CapEff|NoNewPrivs|Seccomp):' /proc/self/status", plain)
    told = dict(line.split(":\t") for line in ended.output.splitlines())
    files_and_identity = sum(1 << number for number in (0, 1, 3, 4, 6, 7))
    assert int(told["CapEff"], 16) & ~files_and_identity == 0
    assert (told["NoNewPrivs"], told["Seccomp"]) == ("1", "2")


# ---- the network


@pytest.fixture
def listener() -> Iterator[int]:
    """A port of this machine on which somebody takes connections, and questions."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield server.getsockname()[1]


async def test_nobody_can_be_connected_to(world: World, walls: Confinement, listener: int) -> None:
    error = await world.fails_inside_only(walls, "tcp", listener)
    assert "Permission denied" in error


async def test_nor_over_the_newer_protocol(world: World, plain: Confinement) -> None:
    try:
        server = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError as error:
        pytest.skip(f"this machine has no IPv6: {error}")
    with server:
        await world.fails_inside_only(plain, "tcp6", server.getsockname()[1])


async def test_names_cannot_be_asked_for(world: World, plain: Confinement) -> None:
    class Answer(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.DatagramTransport) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            self.transport.sendto(data, addr)

    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Answer, local_addr=("127.0.0.1", 0))
    port = transport.get_extra_info("sockname")[1]
    await world.fails_inside_only(plain, "dns", port)
    transport.close()


@pytest.mark.parametrize("what", ["listen", "netlink", "virtual_machine"])
async def test_no_socket_of_another_kind_is_made(what: str, world: World, plain: Confinement) -> None:
    await world.fails_inside_only(plain, what)


@pytest.mark.parametrize("unix_sockets", [False, True])
async def test_abstract_sockets_of_others_are_out_of_reach(world: World, unix_sockets: bool) -> None:
    if unix_sockets and support().landlock < 6:
        pytest.skip("before its sixth version Landlock does not hold this")
    walls = confinement(writable=[world.work], unix_sockets=unix_sockets)
    name = f"claw-{os.getpid()}-{unix_sockets}"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0" + name)
        server.listen(8)
        await world.fails_inside_only(walls, "abstract", name)


async def test_sockets_in_folders_are_out_of_reach_unless_wanted(world: World) -> None:
    walls = confinement(writable=[world.work])
    open_walls = confinement(writable=[world.work], unix_sockets=True)
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{folder}/s")
        server.listen(8)
        await world.fails_inside_only(walls, "pathname", f"{folder}/s")
        assert await world.attempt(open_walls, "pathname", f"{folder}/s") == "done"


async def test_one_half_of_a_pair_is_sent_to_nobody(world: World, plain: Confinement) -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(f"{folder}/s")
        await world.fails_inside_only(plain, "datagram_pair", f"{folder}/s")
    ended = await world.run("python3 -c 'import socket; socket.socketpair()'", plain)
    assert ended.exit_code == 0, "pairs that can only talk to each other are fine"


async def test_over_a_loopback_of_its_own_it_talks_to_itself_alone(world: World, listener: int) -> None:
    if not support().loopback:
        pytest.skip(f"no network of its own here: {support().problems}")
    walls = confinement(writable=[world.work], network="loopback")
    await world.fails_inside_only(walls, "tcp", listener)
    own = """python3 -c '
import socket
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(server.getsockname()).close()
print("talked")'"""
    assert (await world.run(own, walls)).output == "talked\n"


# ---- who is not root


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_all_of_this_holds_for_who_is_not_root() -> None:
    """Runs this file again as nobody in particular, with a program that would make root of them."""
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        powerful = folder / "powerful-id"
        shutil.copy(shutil.which("id") or "/usr/bin/id", powerful)
        powerful.chmod(0o4755)
        temp = folder / "temp"
        temp.mkdir()
        os.chown(temp, NOBODY, NOBODY)
        become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        probe = [*become, sys.executable, "-c", "import pytest, tests.native"]
        if subprocess.run(probe, cwd=ROOT, capture_output=True, check=False).returncode:
            pytest.skip("nobody else may read this project here")
        ended = subprocess.run(
            [*become, sys.executable, "-m", "pytest", "-q", "-rs", f"--basetemp={temp}/pytest", __file__],
            env={**os.environ, "HOME": str(temp), "TMPDIR": str(temp), "POWERFUL": str(powerful)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert ended.returncode == 0, ended.stdout[-6000:] + ended.stderr[-2000:]
    finally:
        shutil.rmtree(folder)


@pytest.mark.skipif("POWERFUL" not in os.environ, reason="takes a program that root made; the test above gives one")
async def test_setuid_programs_give_no_power(world: World, walls: Confinement) -> None:
    inside = await world.run("$POWERFUL -u", walls)
    assert inside.output == f"{os.getuid()}\n"
    outside = await world.run("$POWERFUL -u", None)
    if outside.output != "0\n":
        pytest.skip("setuid programs do nothing in this machine's temporary folder")
