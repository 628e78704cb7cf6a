//! A command between its birth and its program: it shares its warden's memory, and has a stack of its own.

#![allow(unsafe_code, reason = "between fork and exec there is no safe way; every call is async-signal-safe")]

use std::ffi::{c_char, c_int, c_void};
use std::os::fd::{BorrowedFd, RawFd};
use std::ptr::null_mut;

use super::super::Step;
use super::super::request::{Header, INPUT, MOST_DESCRIPTORS, NOTES, RULESET};
use super::errno;
use crate::sandbox;

/// Bytes of stack for the moment between a command's birth and its program.
const STACK: usize = 256 << 10;

/// What the newborn command reads from its warden's memory, which it shares until it becomes its program.
struct Birth {
    program: *const c_char,
    folder: *const c_char,
    arguments: *const *const c_char,
    variables: *const *const c_char,
    steps: *const u8,
    steps_length: usize,
    terminal: RawFd,
    input: RawFd,
    notes: RawFd,
    notes_number: RawFd,
    ruleset: RawFd,
    warden: libc::pid_t,
    /// At which step it failed, and why; 0 where it did not.
    step: Step,
    failure: c_int,
}

pub(super) unsafe fn run(descriptors: &[RawFd; MOST_DESCRIPTORS]) -> Result<libc::pid_t, (Step, c_int)> {
    // SAFETY: the block is mapped whole, its places were laid out by `request`, and it outlives the newborn's use of
    // it: CLONE_VFORK suspends us until the newborn has become its program, or ended. It has a stack of its own.
    unsafe {
        let mut birth = birth(descriptors).map_err(|number| (Step::Prepare, number))?;
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        let stack = libc::mmap(null_mut(), STACK, protection, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1, 0);
        if stack == libc::MAP_FAILED {
            return Err((Step::Prepare, errno()));
        }
        let flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD;
        // Where it is not, nobody but root could make a user namespace of its own.
        libc::prctl(libc::PR_SET_DUMPABLE, 1, 0, 0, 0);
        let pid = libc::clone(newborn, stack.byte_add(STACK), flags, (&raw mut birth).cast());
        libc::prctl(libc::PR_SET_DUMPABLE, 0, 0, 0, 0);
        match (pid, birth.failure) {
            (-1, _) => Err((Step::Prepare, errno())),
            (_, 0) => Ok(pid),
            (_, failure) => Err((birth.step, failure)),
        }
    }
}

unsafe fn birth(descriptors: &[RawFd; MOST_DESCRIPTORS]) -> Result<Birth, c_int> {
    let [terminal, block, ref extra @ ..] = *descriptors;
    // SAFETY: as in `run`.
    unsafe {
        let mut status: libc::stat = std::mem::zeroed();
        if libc::fstat(block, &raw mut status) != 0 {
            return Err(errno());
        }
        let length = usize::try_from(status.st_size).unwrap_or(0);
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        let base = libc::mmap(null_mut(), length, protection, libc::MAP_PRIVATE, block, 0);
        if base == libc::MAP_FAILED {
            return Err(errno());
        }
        let header = *base.cast::<Header>();
        let mut extra = extra.iter().copied();
        let mut next = |bit| if header.descriptors & bit == 0 { -1 } else { extra.next().unwrap_or(-1) };
        Ok(Birth {
            program: at(base, header.program),
            folder: at(base, header.folder),
            arguments: pointers(base, header.arguments),
            variables: pointers(base, header.variables),
            steps: at(base, header.steps),
            steps_length: header.steps_length,
            terminal,
            input: next(INPUT),
            notes: next(NOTES),
            notes_number: RawFd::try_from(header.notes).unwrap_or(-1),
            ruleset: next(RULESET),
            warden: libc::getpid(),
            step: Step::Prepare,
            failure: 0,
        })
    }
}

unsafe fn at<T>(base: *mut c_void, place: usize) -> *const T {
    // SAFETY: the caller's place lies in the block.
    unsafe { base.byte_add(place).cast() }
}

/// A list of places, made a list of pointers where it stands.
unsafe fn pointers(base: *mut c_void, place: usize) -> *const *const c_char {
    // SAFETY: the list lies in the block, aligned, and ends with 0, which becomes the null that exec wants.
    unsafe {
        let list = base.byte_add(place).cast::<usize>();
        let mut slot = list;
        while *slot != 0 {
            *slot += base as usize;
            slot = slot.add(1);
        }
        list.cast()
    }
}

extern "C" fn newborn(birth: *mut c_void) -> c_int {
    // SAFETY: `run` passes its `Birth`, and waits.
    let birth = unsafe { &mut *birth.cast::<Birth>() };
    // SAFETY: as `settle` wants it.
    birth.failure = unsafe { settle(birth) };
    // SAFETY: ends this process alone.
    unsafe { libc::_exit(127) }
}

/// Becomes the program. Returns the system's error number where a step fails.
unsafe fn settle(birth: &mut Birth) -> c_int {
    // SAFETY: system calls on numbers and on the block's memory; none allocates.
    unsafe {
        libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
        if libc::getppid() != birth.warden {
            return libc::ESRCH;
        }
        birth.step = Step::Terminal;
        let input = if birth.input < 0 { birth.terminal } else { birth.input };
        for (number, descriptor) in [(0, input), (1, birth.terminal), (2, birth.terminal)] {
            if libc::dup2(descriptor, number) < 0 {
                return errno();
            }
        }
        if libc::setsid() < 0 || libc::ioctl(1, libc::TIOCSCTTY, 0) < 0 {
            return errno();
        }
        birth.step = Step::Folder;
        if libc::chdir(birth.folder) < 0 {
            return errno();
        }
        // What was received closes at exec by itself.
        if birth.notes >= 0 {
            libc::dup2(birth.notes, birth.notes_number);
        }
        for signal in 1..=64 {
            libc::signal(signal, libc::SIG_DFL);
        }
        birth.step = Step::Confine;
        let steps = std::slice::from_raw_parts(birth.steps, birth.steps_length);
        let ruleset = (birth.ruleset >= 0).then(|| BorrowedFd::borrow_raw(birth.ruleset));
        if let Err(error) = sandbox::enter(ruleset, steps) {
            return error.raw_os_error().unwrap_or(libc::EINVAL);
        }
        birth.step = Step::Run;
        let mut none: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const none, null_mut());
        libc::execve(birth.program, birth.arguments, birth.variables);
        errno()
    }
}
