//! A command between its birth and its program: it shares its warden's memory, and has a stack of its own.

use std::ffi::CStr;
use std::os::fd::{AsFd as _, OwnedFd};

use rustix::io::Errno;
use rustix::process::{DumpableBehavior, Pid, Signal};

use super::super::Step;
use super::super::request::{Header, INPUT, MOST_DESCRIPTORS, NOTES, RULESET};
use crate::kernel::{self, Stack};
use crate::sandbox;

/// What the newborn command reads from its warden's memory, which it shares until it becomes its program.
struct Birth {
    block: &'static mut [u8],
    header: Header,
    terminal: OwnedFd,
    input: Option<OwnedFd>,
    notes: Option<OwnedFd>,
    ruleset: Option<OwnedFd>,
    warden: Pid,
}

type Failure = (Step, Errno);

/// Starts the command that a request is about.
pub(super) fn run(
    descriptors: [Option<OwnedFd>; MOST_DESCRIPTORS],
    stack: &mut Stack,
) -> Result<Pid, Failure> {
    let mut birth = birth(descriptors).map_err(|error| (Step::Prepare, error))?;
    let mut failure = None;
    // Where it is not, nobody but root could make a user namespace of its own.
    let _ = rustix::process::set_dumpable_behavior(DumpableBehavior::Dumpable);
    let born = kernel::give_birth(stack, &mut || failure = Some(settle(&mut birth)));
    let _ = rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable);
    match (born, failure) {
        (_, Some(failure)) => Err(failure),
        (Err(error), None) => Err((Step::Prepare, errno(&error))),
        (Ok(pid), None) => Pid::from_raw(pid).ok_or((Step::Prepare, Errno::SRCH)),
    }
}

fn birth(descriptors: [Option<OwnedFd>; MOST_DESCRIPTORS]) -> Result<Birth, Errno> {
    let [Some(terminal), Some(block), extra @ ..] = descriptors else { return Err(Errno::BADMSG) };
    let block = kernel::contents(block.as_fd()).map_err(|error| errno(&error))?;
    let header = Header::of(block).ok_or(Errno::BADMSG)?;
    let mut extra = extra.into_iter().flatten();
    let mut next = |bit| if header.descriptors & bit == 0 { None } else { extra.next() };
    Ok(Birth {
        block,
        header,
        terminal,
        input: next(INPUT),
        notes: next(NOTES),
        ruleset: next(RULESET),
        warden: rustix::process::getpid(),
    })
}

/// Becomes the program. Returns at which step it could not, and why.
fn settle(birth: &mut Birth) -> Failure {
    let mut step = Step::Prepare;
    match attempt(birth, &mut step) {
        Ok(never) => match never {},
        Err(error) => (step, error),
    }
}

fn attempt(birth: &mut Birth, step: &mut Step) -> Result<std::convert::Infallible, Errno> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    if rustix::process::getppid() != Some(birth.warden) {
        return Err(Errno::SRCH);
    }
    *step = Step::Terminal;
    rustix::stdio::dup2_stdin(birth.input.as_ref().unwrap_or(&birth.terminal))?;
    rustix::stdio::dup2_stdout(&birth.terminal)?;
    rustix::stdio::dup2_stderr(&birth.terminal)?;
    rustix::process::setsid()?;
    rustix::process::ioctl_tiocsctty(&birth.terminal)?;
    *step = Step::Folder;
    let folder = birth.block.get(birth.header.folder..).unwrap_or_default();
    rustix::process::chdir(CStr::from_bytes_until_nul(folder).map_err(|_| Errno::BADMSG)?)?;
    // What was received closes at exec by itself.
    if let (Some(notes), Ok(number)) = (&birth.notes, i32::try_from(birth.header.notes)) {
        kernel::copy_to(notes.as_fd(), number);
    }
    *step = Step::Confine;
    let Header { steps, steps_length, program, arguments, variables, .. } = birth.header;
    let steps = birth.block.get(steps..steps + steps_length).ok_or(Errno::BADMSG)?;
    sandbox::enter(birth.ruleset.as_ref().map(OwnedFd::as_fd), steps).map_err(|error| errno(&error))?;
    *step = Step::Run;
    kernel::unblock_signals();
    Err(errno(&kernel::exec(birth.block, program, arguments, variables)))
}

fn errno(error: &std::io::Error) -> Errno {
    Errno::from_io_error(error).unwrap_or(Errno::INVAL)
}
