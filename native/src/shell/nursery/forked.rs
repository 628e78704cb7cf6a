//! What runs after the fork: the nursery, and a warden for each command.
//!
//! Nothing here allocates, locks, or calls into a library beyond system calls, until a command is run: see `kernel.rs`.

mod newborn;

use std::io::{self, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendFlags, SocketFlags, SocketType,
};
use rustix::process::{DumpableBehavior, Pid, PidfdFlags, Signal, WaitOptions};

use super::request::MOST_DESCRIPTORS;
use super::{ENDED, GONE, Message, REFUSED, SIGNAL, STARTED, bytes, message, tree};
use crate::kernel::{self, Found, Stack};

/// Starts the nursery, and returns our end of its socket: once all copies of it are closed, everything below ends.
pub(super) fn start() -> io::Result<OwnedFd> {
    let (ours, theirs) =
        rustix::net::socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?;
    // A copy of our end in some other child of this process would hide our death.
    let this = rustix::process::pidfd_open(rustix::process::getpid(), PidfdFlags::empty()).ok();
    let (socket, watched) = (theirs.as_fd(), this.as_ref().map(OwnedFd::as_fd));
    kernel::fork(|| nursery(socket, watched).map_or(1, |()| 0))?;
    Ok(ours)
}

/// Forks a warden for each socket that it gets, until whoever sends them is gone; then kills what is left.
fn nursery(socket: BorrowedFd<'_>, watched: Option<BorrowedFd<'_>>) -> io::Result<()> {
    let _ = rustix::process::setsid();
    let _ = rustix::process::chdir(c"/");
    let _ = rustix::thread::set_name(c"claw-nursery");
    adopt_orphans();
    // Our memory is a copy of one that may hold keys: no command shall look into it.
    let _ = rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable);
    kernel::ignore_children();
    let mut ends = Some(kernel::keep_only(socket, watched)?);
    kernel::forget();
    while let Some(control) = next_warden(ends.as_ref()) {
        // Only its own copies go here, which would hide from it that we are gone.
        let _ = kernel::fork(|| {
            drop(ends.take());
            warden(&control).map_or(1, |()| 0)
        });
    }
    let room = kernel::room();
    while tree::signal(Signal::KILL, room) > 0 {
        let _ = poll(&mut [], Some(&milliseconds(10)));
    }
    Ok(())
}

/// The socket of the next warden; none at the end.
fn next_warden(ends: Option<&(OwnedFd, Option<OwnedFd>)>) -> Option<OwnedFd> {
    let (socket, watched) = ends?;
    let mut control = [None];
    loop {
        let mut waits = [poll_for(socket), poll_for(watched.as_ref().unwrap_or(socket))];
        let _ = poll(&mut waits, None);
        if watched.is_some() && !waits[1].revents().is_empty() {
            return None;
        }
        match receive(socket.as_fd(), &mut control) {
            Received::Descriptors => return control[0].take(),
            Received::Nothing => {}
            Received::End => return None,
        }
    }
}

/// Whatever is orphaned below this process becomes its child.
fn adopt_orphans() {
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

enum Received {
    Descriptors,
    Nothing,
    End,
}

fn receive(socket: BorrowedFd<'_>, descriptors: &mut [Option<OwnedFd>]) -> Received {
    let mut byte = [0];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_DESCRIPTORS))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let mut data = [IoSliceMut::new(&mut byte)];
    match rustix::net::recvmsg(socket, &mut data, &mut ancillary, RecvFlags::CMSG_CLOEXEC) {
        Err(Errno::INTR) => return Received::Nothing,
        Err(_) => return Received::End,
        Ok(received) if received.bytes == 0 => return Received::End,
        Ok(_) => {}
    }
    let mut came = Received::Nothing;
    for told in ancillary.drain() {
        if let RecvAncillaryMessage::ScmRights(sent) = told {
            descriptors.iter_mut().zip(sent).for_each(|(place, descriptor)| *place = Some(descriptor));
            came = Received::Descriptors;
        }
    }
    came
}

/// What a warden knows of its command.
struct Ward<'a> {
    control: BorrowedFd<'a>,
    pid: Pid,
    /// Nothing below shall live on.
    is_doomed: bool,
    /// Nobody is left to tell us anything.
    is_deaf: bool,
}

/// Waits for its command, starts it, tells how it goes, and ends when all that came of it has ended.
fn warden(control: &OwnedFd) -> io::Result<()> {
    let control = control.as_fd();
    let _ = rustix::thread::set_name(c"claw-warden");
    adopt_orphans();
    // What is done here, while there is no command yet, no start has to wait for.
    kernel::reset_signals();
    let deaths = kernel::deaths()?;
    let mut stack = Stack::new()?;
    // While there is no command it goes with the nursery; later it stays, to hold what it has started.
    let _ = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
    let mut descriptors = [const { None }; MOST_DESCRIPTORS];
    loop {
        match receive(control, &mut descriptors) {
            Received::Descriptors => break,
            Received::Nothing => {}
            Received::End => return Ok(()),
        }
    }
    let _ = rustix::process::set_parent_process_death_signal(None);
    match newborn::run(descriptors, &mut stack) {
        Ok(pid) => {
            tell(control, [STARTED, pid.as_raw_pid(), 0]);
            watch(&mut Ward { control, pid, is_doomed: false, is_deaf: false }, &deaths);
        }
        Err((step, error)) => tell(control, [REFUSED, error.raw_os_error(), step as i32]),
    }
    Ok(())
}

fn watch(ward: &mut Ward<'_>, deaths: &OwnedFd) {
    let room = kernel::room();
    let mut passes = 0_u32;
    loop {
        // What is killed may have children that were not there to be seen.
        let patience = ward.is_doomed.then(|| milliseconds(if passes < 100 { 10 } else { 1000 }));
        let mut waits = [poll_for(deaths), poll_for(&ward.control)];
        let heard = if ward.is_deaf { &mut waits[..1] } else { &mut waits[..] };
        let _ = poll(heard, patience.as_ref());
        let has_told = !ward.is_deaf && !waits[1].revents().is_empty();
        while rustix::io::read(deaths, &mut [0_u8; 128]).is_ok_and(|count| count > 0) {}
        if has_told {
            hear(ward, room);
        }
        if bury(ward) {
            return tell(ward.control, [GONE, 0, 0]);
        }
        if ward.is_doomed {
            tree::signal(Signal::KILL, room);
            passes += 1;
        }
    }
}

/// Does what we are told, and kills everything where nobody is left to tell us.
fn hear(ward: &mut Ward<'_>, room: &mut [Found]) {
    let mut raw = [0; size_of::<Message>()];
    match rustix::net::recv(ward.control, &mut raw, RecvFlags::DONTWAIT) {
        Ok((_, 1..)) => match message(raw) {
            [SIGNAL, number, _] if number == Signal::KILL.as_raw() => ward.is_doomed = true,
            [SIGNAL, number, _] => {
                if let Some(signal) = Signal::from_named_raw(number) {
                    tree::signal(signal, room);
                }
            }
            _ => {}
        },
        Err(Errno::AGAIN | Errno::INTR) => {}
        Ok(_) | Err(_) => (ward.is_doomed, ward.is_deaf) = (true, true),
    }
}

/// Takes note of who ended; whether nobody is left.
fn bury(ward: &Ward<'_>) -> bool {
    loop {
        match rustix::process::wait(WaitOptions::NOHANG) {
            Ok(Some((pid, status))) if pid == ward.pid => {
                let signal = status.terminating_signal().unwrap_or_default();
                tell(ward.control, [ENDED, status.exit_status().unwrap_or_default(), signal]);
            }
            Ok(Some(_)) => {}
            Ok(None) => return false,
            Err(error) => return error == Errno::CHILD,
        }
    }
}

fn tell(control: BorrowedFd<'_>, message: Message) {
    let _ = rustix::net::send(control, &bytes(message), SendFlags::NOSIGNAL | SendFlags::DONTWAIT);
}

fn poll_for(descriptor: &impl AsFd) -> PollFd<'_> {
    PollFd::new(descriptor, PollFlags::IN)
}

fn milliseconds(count: i64) -> Timespec {
    Timespec { tv_sec: count / 1000, tv_nsec: count % 1000 * 1_000_000 }
}
