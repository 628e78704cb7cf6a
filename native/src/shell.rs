//! Shell: a process on a terminal of its own, in a session and a process group of its own, and what its output would
//! have looked like there.

mod plain;
#[cfg(feature = "python")]
pub(crate) mod python;
mod spawn;

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Child, ExitStatus};

use rustix::io::Errno;
use rustix::process::{Pid, Signal};
use rustix::termios::Winsize;

pub use plain::plain;

use crate::error::{Error, Result};
use crate::sandbox::Confinement;

/// What to start.
#[derive(Clone, Debug)]
pub struct Start {
    /// The program, and its arguments.
    pub argv: Vec<OsString>,
    /// Its working folder.
    pub cwd: PathBuf,
    /// Its whole environment.
    pub env: Vec<(OsString, OsString)>,
    /// Lines of the terminal.
    pub rows: u16,
    /// Characters in a line of the terminal.
    pub columns: u16,
    /// Whether its standard input is a pipe; else it is the terminal.
    pub piped: bool,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// By itself, with this status.
    Code(i32),
    /// By this signal.
    Signal(i32),
}

/// A running process and its terminal. Dropped before its end, it is killed with its whole group.
#[derive(Debug)]
pub struct Process {
    child: Child,
    group: Pid,
    terminal: Option<OwnedFd>,
    input: Option<OwnedFd>,
    pidfd: Option<OwnedFd>,
    exit: Option<Exit>,
}

impl Process {
    /// Starts a process; where a confinement is given, only if it can be entered.
    pub fn spawn(start: &Start, confinement: Option<&Confinement>) -> Result<Self> {
        let spawn::Spawned { child, group, terminal, input } = spawn::spawn(start, confinement)?;
        let pidfd = spawn::pidfd(group);
        Ok(Self { child, group, terminal: Some(terminal), input, pidfd, exit: None })
    }

    /// Its id, which is that of its group and session too.
    #[must_use]
    pub fn pid(&self) -> i32 {
        self.group.as_raw_pid()
    }

    /// Our end of its terminal.
    pub fn terminal(&self) -> Result<BorrowedFd<'_>> {
        self.terminal
            .as_ref()
            .map(OwnedFd::as_fd)
            .ok_or_else(|| Error::Invalid("the process is closed".into()))
    }

    /// Our end of its standard input, where that is an open pipe.
    #[must_use]
    pub fn input(&self) -> Option<BorrowedFd<'_>> {
        self.input.as_ref().map(OwnedFd::as_fd)
    }

    /// A descriptor that is readable once it has ended; None where the system has none.
    #[must_use]
    pub fn pidfd(&self) -> Option<BorrowedFd<'_>> {
        self.pidfd.as_ref().map(OwnedFd::as_fd)
    }

    /// Output that is there now, up to `size` bytes: None where there is none yet, empty where there will be none.
    pub fn read(&self, size: usize) -> Result<Option<Vec<u8>>> {
        let terminal = self.terminal()?;
        let mut bytes = vec![0; size];
        let mut filled = 0;
        let mut is_over = false;
        // The kernel hands out at most 4 KiB at a time.
        while filled < size {
            match rustix::io::read(terminal, &mut bytes[filled..]) {
                // A terminal whose other side is closed everywhere answers EIO.
                Ok(0) | Err(Errno::IO) => {
                    is_over = true;
                    break;
                }
                Ok(count) => filled += count,
                Err(Errno::AGAIN) => break,
                Err(Errno::INTR) => {}
                Err(error) => return Err(Error::os("terminal", error)),
            }
        }
        bytes.truncate(filled);
        Ok((filled > 0 || is_over).then_some(bytes))
    }

    /// Writes to its standard input (the terminal, or the pipe) what fits now, and says how many bytes did. A reader
    /// that is gone takes everything.
    pub fn write(&self, bytes: &[u8]) -> Result<usize> {
        let target = match self.input() {
            Some(pipe) => pipe,
            None => self.terminal()?,
        };
        loop {
            match rustix::io::write(target, bytes) {
                Ok(count) => return Ok(count),
                Err(Errno::AGAIN) => return Ok(0),
                Err(Errno::INTR) => {}
                Err(Errno::PIPE | Errno::IO) => return Ok(bytes.len()),
                Err(error) => return Err(Error::os("standard input", error)),
            }
        }
    }

    /// Closes the pipe that is its standard input.
    pub fn end_input(&mut self) {
        self.input = None;
    }

    /// Tells the terminal another size; the process hears of it by SIGWINCH.
    pub fn resize(&self, rows: u16, columns: u16) -> Result<()> {
        let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        rustix::termios::tcsetwinsize(self.terminal()?, size).map_err(|error| Error::os("terminal", error))
    }

    /// Sends a signal to the whole group. False where nobody is left to hear it, or the process was reaped: its id may
    /// be another's by then.
    pub fn signal(&self, number: i32) -> Result<bool> {
        let signal = Signal::from_named_raw(number)
            .ok_or_else(|| Error::Invalid(format!("there is no signal {number}")))?;
        if self.exit.is_some() {
            return Ok(false);
        }
        match rustix::process::kill_process_group(self.group, signal) {
            Ok(()) => Ok(true),
            Err(Errno::SRCH) => Ok(false),
            Err(error) => Err(Error::os("process group", error)),
        }
    }

    /// How it ended, or None while it runs. Once told it is reaped.
    pub fn reap(&mut self) -> Result<Option<Exit>> {
        if self.exit.is_none() {
            let status = self.child.try_wait().map_err(|error| Error::os("process", error))?;
            self.exit = status.map(exit_of);
        }
        Ok(self.exit)
    }

    /// Closes every descriptor; the process hears a hangup.
    pub fn close(&mut self) {
        (self.terminal, self.input, self.pidfd) = (None, None, None);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.exit.is_none() {
            let _ = self.signal(Signal::KILL.as_raw());
            let _ = self.child.try_wait();
        }
    }
}

fn exit_of(status: ExitStatus) -> Exit {
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, signal) => Exit::Signal(signal.unwrap_or(0)),
    }
}
