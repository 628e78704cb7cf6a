//! Shell: a command on a terminal of its own, in a session of its own, with everything it starts on one leash, and what
//! its output would have looked like there.

mod bell;
#[cfg(any(test, not(target_os = "linux")))]
#[cfg_attr(target_os = "linux", allow(dead_code, reason = "compiled for its tests"))]
mod direct;
mod drain;
#[cfg(target_os = "linux")]
mod nursery;
mod pty;
#[cfg(feature = "python")]
pub(crate) mod python;

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;
use std::sync::Arc;

use rustix::io::Errno;
use rustix::process::Signal;

#[cfg(not(target_os = "linux"))]
use self::direct::Leash;
use self::drain::Drain;
#[cfg(target_os = "linux")]
use self::nursery::Leash;
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
    /// Whether the terminal shows what is typed.
    pub echo: bool,
    /// The number of one more descriptor that it may write notes to, and how many bytes, where the system can hold it
    /// to that.
    pub notes: Option<(u16, usize)>,
}

impl Start {
    /// The program, and its arguments without it.
    fn program(&self) -> Result<(&OsString, &[OsString])> {
        self.argv.split_first().ok_or_else(|| Error::Invalid("there is no program to start".into()))
    }
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// By itself, with this status.
    Code(i32),
    /// By this signal.
    Signal(i32),
}

/// A running command and its terminal. Closed or dropped before its end, it is killed with all that it started.
#[derive(Debug)]
pub struct Process {
    open: Option<Open>,
    pid: i32,
    exit: Option<Exit>,
}

#[derive(Debug)]
struct Open {
    leash: Leash,
    terminal: Arc<OwnedFd>,
    output: Drain,
    input: Option<OwnedFd>,
    notes: Option<OwnedFd>,
}

impl Process {
    /// Starts a command; where a confinement is given, only if it can be entered.
    pub fn spawn(start: &Start, confinement: Option<&Confinement>) -> Result<Self> {
        if !start.cwd.is_dir() {
            return Err(Error::os(&start.cwd, Errno::NOENT));
        }
        let (terminal, theirs) =
            pty::open(start.rows, start.columns, start.echo).map_err(|error| Error::os("terminal", error))?;
        let pipe = start.piped.then(input_pipe).transpose();
        let (reading, input) = pipe.map_err(|error| Error::os("standard input", error))?.unzip();
        let notes = start.notes.map(|(_, limit)| notes_file(limit)).transpose();
        let notes = notes.map_err(|error| Error::os("notes", error))?;
        let walls = confinement.map(|walls| walls.prepare(&start.cwd, Some(theirs.as_fd()))).transpose()?;
        let leash = Leash::spawn(start, &theirs, reading.as_ref(), notes.as_ref(), walls.as_ref())?;
        let pid = leash.pid();
        let terminal = Arc::new(terminal);
        let output = Drain::start(Arc::clone(&terminal)).map_err(|error| Error::os("terminal", error))?;
        Ok(Self { open: Some(Open { leash, terminal, output, input, notes }), pid, exit: None })
    }

    /// Its id, which is that of its group and session too.
    #[must_use]
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// Our end of its terminal.
    pub fn terminal(&self) -> Result<BorrowedFd<'_>> {
        Ok(self.open()?.terminal.as_fd())
    }

    /// Our end of its standard input, where that is an open pipe.
    #[must_use]
    pub fn input(&self) -> Option<BorrowedFd<'_>> {
        self.open.as_ref()?.input.as_ref().map(OwnedFd::as_fd)
    }

    /// A descriptor that is readable when there is news for `reap` and `is_gone`; None where the system has none.
    #[must_use]
    pub fn news(&self) -> Option<BorrowedFd<'_>> {
        self.open.as_ref()?.leash.news()
    }

    /// A descriptor that is readable when there is something for `read`.
    pub fn output(&self) -> Result<BorrowedFd<'_>> {
        Ok(self.open()?.output.bell())
    }

    /// Output that is there now, up to `size` bytes: None where there is none yet, empty where there will be none.
    pub fn read(&self, size: usize) -> Result<Option<Vec<u8>>> {
        self.open()?.output.take(size).map_err(|error| Error::os("terminal", error))
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
        if let Some(open) = &mut self.open {
            open.input = None;
        }
    }

    /// Its first `limit` bytes of notes so far.
    pub fn notes(&self, limit: usize) -> Result<Vec<u8>> {
        let Some(notes) = &self.open()?.notes else { return Ok(vec![]) };
        // The place of the descriptor, which it shares, is behind what was written.
        let written = rustix::fs::tell(notes).map_err(|error| Error::os("notes", error))?;
        let limit = limit.min(usize::try_from(written).unwrap_or(limit));
        let mut bytes = vec![0; limit];
        let mut filled = 0;
        while filled < limit {
            match rustix::io::pread(notes, &mut bytes[filled..], filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(Errno::INTR) => {}
                Err(error) => return Err(Error::os("notes", error)),
            }
        }
        bytes.truncate(filled);
        Ok(bytes)
    }

    /// Tells the terminal another size; the process hears of it by SIGWINCH.
    pub fn resize(&self, rows: u16, columns: u16) -> Result<()> {
        pty::resize(self.terminal()?, rows, columns).map_err(|error| Error::os("terminal", error))
    }

    /// Sends a signal to the command and all that it started. False where nobody is left to hear it.
    pub fn signal(&self, number: i32) -> Result<bool> {
        let signal = Signal::from_named_raw(number)
            .ok_or_else(|| Error::Invalid(format!("there is no signal {number}")))?;
        self.open.as_ref().map_or(Ok(false), |open| open.leash.signal(signal))
    }

    /// How it ended, or None while it runs.
    pub fn reap(&mut self) -> Result<Option<Exit>> {
        if let Some(open) = &mut self.open {
            self.exit = open.leash.reap()?;
        }
        Ok(self.exit)
    }

    /// Whether it and all that it started have ended.
    pub fn is_gone(&mut self) -> Result<bool> {
        self.open.as_mut().map_or(Ok(true), |open| open.leash.is_gone())
    }

    /// Closes every descriptor; what still runs is killed.
    pub fn close(&mut self) {
        self.open = None;
    }

    fn open(&self) -> Result<&Open> {
        self.open.as_ref().ok_or_else(|| Error::Invalid("the process is closed".into()))
    }
}

/// The reading end, which is the command's, and ours, which never blocks.
fn input_pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let (reading, writing) = io::pipe()?;
    rustix::io::ioctl_fionbio(&writing, true)?;
    Ok((reading.into(), writing.into()))
}

#[cfg(target_os = "linux")]
fn notes_file(limit: usize) -> rustix::io::Result<OwnedFd> {
    use rustix::fs::{MemfdFlags, SealFlags};
    let file = rustix::fs::memfd_create("notes", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
    rustix::fs::ftruncate(&file, limit as u64)?;
    rustix::fs::fcntl_add_seals(&file, SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL)?;
    Ok(file)
}

#[cfg(not(target_os = "linux"))]
fn notes_file(_: usize) -> rustix::io::Result<OwnedFd> {
    use rustix::fs::{Mode, OFlags};
    let path = std::env::temp_dir().join(format!("claw-notes-{}", std::process::id()));
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
    let file = rustix::fs::open(&path, flags, Mode::RUSR | Mode::WUSR)?;
    rustix::fs::unlink(&path)?;
    Ok(file)
}
