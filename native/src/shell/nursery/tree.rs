//! The processes below this one, read from `/proc` without allocating.

use std::ffi::CStr;
use std::mem::MaybeUninit;

use rustix::fd::{AsFd, BorrowedFd};
use rustix::fs::{CWD, Mode, OFlags, RawDir};
use rustix::process::{Pid, Signal};

use crate::kernel::Found;

/// Sends a signal to every process below this one, as far as they fit into `room`. Says how many there were.
pub(super) fn signal(signal: Signal, room: &mut [Found]) -> usize {
    let count = below(rustix::process::getpid().as_raw_pid(), room);
    for process in room[..count].iter().filter(|process| process.below == 1) {
        if let Some(pid) = Pid::from_raw(process.pid) {
            let _ = rustix::process::kill_process(pid, signal);
        }
    }
    room[..count].iter().filter(|process| process.below == 1).count()
}

/// Fills `room` with processes and marks those below `root`.
fn below(top: i32, room: &mut [Found]) -> usize {
    let count = walk(room).unwrap_or(0);
    let found = &mut room[..count];
    found.sort_unstable_by_key(|process| process.pid);
    loop {
        let mut changed = false;
        for index in 0..found.len() {
            let Found { parent, below, .. } = found[index];
            let parents = found.binary_search_by_key(&parent, |process| process.pid);
            if below == 0 && (parent == top || parents.is_ok_and(|at| found[at].below == 1)) {
                found[index].below = 1;
                changed = true;
            }
        }
        if !changed {
            return count;
        }
    }
}

fn walk(room: &mut [Found]) -> rustix::io::Result<usize> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let proc = rustix::fs::openat(CWD, c"/proc", flags, Mode::empty())?;
    let mut buffer = [MaybeUninit::uninit(); 8192];
    let mut entries = RawDir::new(&proc, &mut buffer);
    let mut count = 0;
    while let Some(entry) = entries.next() {
        let entry = entry?;
        if count == room.len() {
            break;
        }
        if let Some(process) =
            number(entry.file_name()).and_then(|pid| look(proc.as_fd(), entry.file_name(), pid))
        {
            room[count] = process;
            count += 1;
        }
    }
    Ok(count)
}

fn number(name: &CStr) -> Option<i32> {
    let digits = name.to_bytes();
    digits.iter().all(u8::is_ascii_digit).then(|| decimal(digits)).flatten()
}

fn decimal(digits: &[u8]) -> Option<i32> {
    digits
        .iter()
        .try_fold(0_i32, |sum, digit| sum.checked_mul(10)?.checked_add(i32::from(digit.checked_sub(b'0')?)))
}

fn look(proc: BorrowedFd<'_>, name: &CStr, pid: i32) -> Option<Found> {
    let folder = rustix::fs::openat(proc, name, OFlags::PATH | OFlags::CLOEXEC, Mode::empty()).ok()?;
    let file = rustix::fs::openat(folder, c"stat", OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).ok()?;
    let mut text = [0; 256];
    let length = rustix::io::read(file, &mut text).ok()?;
    // `pid (name) state parent ...`, and the name may hold anything, parentheses too; it has at most 64 bytes.
    let text = &text[..length];
    let end = text.iter().rposition(|&byte| byte == b')')?;
    let parent = text[end + 1..].split(|&byte| byte == b' ').nth(2)?;
    Some(Found { pid, parent: decimal(parent)?, below: 0 })
}
