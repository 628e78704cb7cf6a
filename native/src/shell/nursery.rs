//! Starts commands so that none outlives this process, however it ends.
//!
//! The first command forks the *nursery*, a small process that only forks *wardens*, each the parent of one command. A
//! spare one waits for the next command, so that a start waits for one fork and not for two. Both are subreapers: whatever a command starts, in another session or orphaned by a
//! double fork, stays below its warden, and can be told to end, or waited for, as a whole. Each holds the other end of a
//! socket of ours. Where it is closed, because we closed it or because we were killed, all below it are killed.

mod forked;
mod request;
mod tree;

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Mutex;

use rustix::io::Errno;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType};
use rustix::process::Signal;

use self::request::Request;
use super::{Exit, Start};
use crate::error::{Error, Result};
use crate::sandbox::Prepared;

/// What a warden is told and tells: a kind and two numbers.
type Message = [i32; 3];

/// To a warden: send this signal to the whole tree.
const SIGNAL: i32 = 1;
/// From a warden: the command runs; its id.
const STARTED: i32 = 2;
/// From a warden: it could not be started; the system's error number, and the step.
const REFUSED: i32 = 3;
/// From a warden: the command ended; its status, or 0 and a signal.
const ENDED: i32 = 4;
/// From a warden: all that the command started has ended, too.
const GONE: i32 = 5;

/// A spare warden, one that is made for the command, and one of a new nursery.
const ATTEMPTS: usize = 3;

/// At which step a start was refused.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
enum Step {
    Prepare = 0,
    Terminal = 1,
    Folder = 2,
    Confine = 3,
    Run = 4,
}

/// The nursery of this process, once there was a first command.
static NURSERY: Mutex<Option<Nursery>> = Mutex::new(None);

struct Nursery {
    socket: OwnedFd,
    /// Our end of the socket of a warden that has no command yet.
    spare: Option<OwnedFd>,
    /// The process that started it: a fork of that one needs its own.
    owner: u32,
}

/// A command with all that it starts, by its warden's socket. Dropped, all of it is killed.
#[derive(Debug)]
pub(super) struct Leash {
    control: OwnedFd,
    pid: i32,
    exit: Option<Exit>,
    is_gone: bool,
}

impl Leash {
    /// Starts a command on the terminal `theirs`, reading `input` where that is given.
    pub(super) fn spawn(
        start: &Start,
        theirs: &OwnedFd,
        input: Option<&OwnedFd>,
        notes: Option<&OwnedFd>,
        confinement: Option<&Prepared>,
    ) -> Result<Self> {
        let request = Request::new(start, input, notes, confinement)?;
        let mut nursery = NURSERY.lock().unwrap();
        if nursery.as_ref().is_some_and(|nursery| nursery.owner != std::process::id()) {
            *nursery = None;
        }
        // Where somebody killed the spare warden, or the nursery, a new one takes its place.
        let asked =
            (0..ATTEMPTS).find_map(|_| ask(&mut nursery, &request, theirs).transpose()).transpose()?;
        drop(nursery);
        let (control, pid) = match asked {
            Some((control, [STARTED, pid, _])) => (control, pid),
            Some((_, [REFUSED, number, step])) => return Err(refused(start, number, step)),
            _ => return Err(Error::os(&start.argv[0], Errno::CHILD)),
        };
        rustix::io::ioctl_fionbio(&control, true).map_err(|error| Error::os("socket", error))?;
        Ok(Self { control, pid, exit: None, is_gone: false })
    }

    pub(super) fn pid(&self) -> i32 {
        self.pid
    }

    #[expect(clippy::unnecessary_wraps, reason = "elsewhere there is none")]
    pub(super) fn news(&self) -> Option<BorrowedFd<'_>> {
        Some(self.control.as_fd())
    }

    pub(super) fn signal(&self, signal: Signal) -> Result<bool> {
        if self.is_gone {
            return Ok(false);
        }
        match rustix::net::send(&self.control, &bytes([SIGNAL, signal.as_raw(), 0]), SendFlags::NOSIGNAL) {
            Ok(_) => Ok(true),
            Err(Errno::PIPE | Errno::CONNRESET) => Ok(false),
            Err(error) => Err(Error::os("process", error)),
        }
    }

    pub(super) fn reap(&mut self) -> Result<Option<Exit>> {
        self.hear()?;
        Ok(self.exit)
    }

    pub(super) fn is_gone(&mut self) -> Result<bool> {
        self.hear()?;
        Ok(self.is_gone)
    }

    /// Takes what the warden has told since.
    fn hear(&mut self) -> Result<()> {
        while !self.is_gone {
            match receive(self.control.as_fd(), RecvFlags::DONTWAIT) {
                Ok(Some([ENDED, code, 0])) => self.exit = Some(Exit::Code(code)),
                Ok(Some([ENDED, _, signal])) => self.exit = Some(Exit::Signal(signal)),
                Ok(Some([GONE, ..])) => self.is_gone = true,
                Ok(Some(_)) => {}
                // Somebody killed the warden; what it held, the system and the nursery kill.
                Ok(None) => {
                    self.exit = self.exit.or(Some(Exit::Signal(libc::SIGKILL)));
                    self.is_gone = true;
                }
                Err(Error::Os { source, .. }) if source.kind() == std::io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl Nursery {
    fn start() -> Result<Self> {
        let socket =
            forked::start().map_err(|error| failed(Errno::from_io_error(&error).unwrap_or(Errno::NOMEM)))?;
        Ok(Self { socket, spare: None, owner: std::process::id() })
    }

    /// Our end of the socket of a new warden; none where the nursery is gone.
    fn warden(&self) -> Result<Option<OwnedFd>> {
        let flags = SocketFlags::CLOEXEC;
        let (ours, theirs) = rustix::net::socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)
            .map_err(failed)?;
        match request::hand_over(self.socket.as_fd(), &[theirs.as_fd()]) {
            Err(Errno::PIPE | Errno::CONNRESET) => Ok(None),
            sent => sent.map(|()| Some(ours)).map_err(failed),
        }
    }
}

fn failed(error: Errno) -> Error {
    Error::os("the nursery of commands", error)
}

/// Hands a request to a warden of the nursery, which is started where there is none. Returns our end of the warden's
/// socket, and what it told first: nothing where the warden is gone, and then it is forgotten, or the nursery.
fn ask(
    nursery: &mut Option<Nursery>,
    request: &Request<'_>,
    theirs: &OwnedFd,
) -> Result<Option<(OwnedFd, Message)>> {
    let known = match nursery {
        Some(known) => known,
        None => nursery.insert(Nursery::start()?),
    };
    let spare = known.spare.take();
    let had_spare = spare.is_some();
    let control = spare.map_or_else(|| known.warden(), |spare| Ok(Some(spare)))?;
    if let Some(control) = control {
        let told = match request.send(control.as_fd(), theirs.as_fd()) {
            Err(Errno::PIPE | Errno::CONNRESET) => None,
            sent => sent.map_err(failed).and_then(|()| receive(control.as_fd(), RecvFlags::empty()))?,
        };
        if let Some(told) = told {
            known.spare = known.warden().unwrap_or(None);
            return Ok(Some((control, told)));
        }
    }
    if !had_spare {
        *nursery = None;
    }
    Ok(None)
}

/// The next message of a warden; None where there will be no more.
fn receive(control: BorrowedFd<'_>, flags: RecvFlags) -> Result<Option<Message>> {
    let mut raw = [0; size_of::<Message>()];
    loop {
        match rustix::net::recv(control, &mut raw, flags) {
            Ok((_, 0)) | Err(Errno::CONNRESET) => return Ok(None),
            Ok(_) => return Ok(Some(message(raw))),
            Err(Errno::INTR) => {}
            Err(error) => return Err(Error::os("process", error)),
        }
    }
}

fn message(raw: [u8; size_of::<Message>()]) -> Message {
    let number = |at: usize| i32::from_ne_bytes([raw[at], raw[at + 1], raw[at + 2], raw[at + 3]]);
    [number(0), number(4), number(8)]
}

fn bytes(message: Message) -> [u8; size_of::<Message>()] {
    let mut raw = [0; size_of::<Message>()];
    for (place, number) in raw.chunks_exact_mut(4).zip(message) {
        place.copy_from_slice(&number.to_ne_bytes());
    }
    raw
}

fn refused(start: &Start, number: i32, step: i32) -> Error {
    let what = match step {
        step if step == Step::Folder as i32 => start.cwd.as_path(),
        step if step == Step::Terminal as i32 => "terminal".as_ref(),
        step if step == Step::Confine as i32 => "sandbox".as_ref(),
        _ => start.argv[0].as_ref(),
    };
    Error::os(what, Errno::from_raw_os_error(number))
}
