//! Starts a process on a terminal of its own. The one file with `unsafe`: between fork and exec there is no safe way to
//! ask for a session, a controlling terminal, default signals, and an end with the parent's.

#![allow(unsafe_code, reason = "pre_exec runs in the forked child; every call in it is async-signal-safe")]

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

use rustix::fs::{Mode, OFlags};
use rustix::process::Pid;
use rustix::pty::OpenptFlags;
use rustix::termios::{LocalModes, OptionalActions, OutputModes, Winsize};

use super::Start;
use crate::error::{Error, Result};
use crate::sandbox::{self, Confinement};

/// A process just started.
pub(super) struct Spawned {
    pub(super) child: Child,
    pub(super) group: Pid,
    pub(super) terminal: OwnedFd,
    pub(super) input: Option<OwnedFd>,
}

pub(super) fn spawn(start: &Start, confinement: Option<&Confinement>) -> Result<Spawned> {
    let (program, arguments) =
        start.argv.split_first().ok_or_else(|| Error::Invalid("there is no program to start".into()))?;
    if !start.cwd.is_dir() {
        return Err(Error::os(&start.cwd, io::Error::from_raw_os_error(libc::ENOENT)));
    }
    let (ours, theirs) = terminal(start.rows, start.columns).map_err(|error| Error::os("terminal", error))?;
    let copy = || theirs.try_clone().map(Stdio::from).map_err(|error| Error::os("terminal", error));
    let mut command = Command::new(program);
    command.args(arguments).env_clear().envs(start.env.iter().map(|(name, value)| (name, value)));
    command.current_dir(&start.cwd).stdout(copy()?).stderr(copy()?);
    command.stdin(if start.piped { Stdio::piped() } else { copy()? });
    let parent = rustix::process::getpid();
    let walls = confinement.map(|walls| walls.prepare(&start.cwd, Some(theirs.as_fd()))).transpose()?;
    // SAFETY: `settle` and `enter` make system calls only: they take no lock and allocate nothing.
    unsafe {
        command.pre_exec(move || {
            settle(parent)?;
            walls.as_ref().map_or(Ok(()), |walls| {
                sandbox::enter(walls.ruleset.as_ref().map(OwnedFd::as_fd), &walls.steps)
            })
        });
    }
    let mut child = command.spawn().map_err(|error| Error::os(program, error))?;
    // `command` still holds the process's side; until it is dropped, no end of output would be seen.
    drop(command);
    let group = Pid::from_child(&child);
    let input = child.stdin.take().map(OwnedFd::from);
    if let Some(pipe) = &input {
        rustix::io::ioctl_fionbio(pipe, true).map_err(|error| Error::os("standard input", error))?;
    }
    Ok(Spawned { child, group, terminal: ours, input })
}

/// What the child does before it becomes the program.
fn settle(parent: Pid) -> io::Result<()> {
    rustix::process::setsid()?;
    rustix::process::ioctl_tiocsctty(rustix::stdio::stdout())?;
    // Python ignores some signals, and an ignored signal stays ignored through exec.
    for signal in [
        libc::SIGHUP,
        libc::SIGINT,
        libc::SIGQUIT,
        libc::SIGTERM,
        libc::SIGPIPE,
        libc::SIGXFSZ,
        libc::SIGTSTP,
        libc::SIGTTIN,
        libc::SIGTTOU,
    ] {
        // SAFETY: SIG_DFL installs no handler.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
    #[cfg(target_os = "linux")]
    {
        // What this process inherited, or a library opened carelessly, is nothing to the program. Old kernels cannot.
        // SAFETY: a system call on numbers; it closes nothing before exec.
        unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, libc::CLOSE_RANGE_CLOEXEC) };
        rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
        // The parent may have gone before the wish was heard.
        if rustix::process::getppid() != Some(parent) {
            return Err(io::Error::from_raw_os_error(libc::ESRCH));
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = parent;
    Ok(())
}

/// A new terminal, our side (which never blocks) and theirs. It neither echoes nor turns `\n` into `\r\n`.
fn terminal(rows: u16, columns: u16) -> rustix::io::Result<(OwnedFd, OwnedFd)> {
    let ours = open_ours()?;
    rustix::pty::grantpt(&ours)?;
    rustix::pty::unlockpt(&ours)?;
    let name = rustix::pty::ptsname(&ours, Vec::new())?;
    let theirs = rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?;
    let mut modes = rustix::termios::tcgetattr(&theirs)?;
    modes.output_modes.remove(OutputModes::OPOST | OutputModes::ONLCR);
    modes.local_modes.remove(LocalModes::ECHO | LocalModes::ECHOE | LocalModes::ECHOK | LocalModes::ECHONL);
    rustix::termios::tcsetattr(&theirs, OptionalActions::Now, &modes)?;
    let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    rustix::termios::tcsetwinsize(&theirs, size)?;
    rustix::io::ioctl_fionbio(ours.as_fd(), true)?;
    Ok((ours, theirs))
}

#[cfg(target_os = "linux")]
fn open_ours() -> rustix::io::Result<OwnedFd> {
    rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)
}

#[cfg(not(target_os = "linux"))]
fn open_ours() -> rustix::io::Result<OwnedFd> {
    let ours = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    rustix::io::fcntl_setfd(&ours, rustix::io::FdFlags::CLOEXEC)?;
    Ok(ours)
}

/// A descriptor that becomes readable when the process ends, where the system has such.
pub(super) fn pidfd(process: Pid) -> Option<OwnedFd> {
    #[cfg(target_os = "linux")]
    return rustix::process::pidfd_open(process, rustix::process::PidfdFlags::NONBLOCK).ok();
    #[cfg(not(target_os = "linux"))]
    {
        let _ = process;
        None
    }
}
