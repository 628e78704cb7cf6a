//! What runs after the fork: the nursery, and a warden for each command.
//!
//! This process may have threads, and a fork of it has only the one that forked: whatever lock another one held is held
//! for ever. So nothing here allocates, locks, or calls into a library beyond system calls, until a command is run.

#![allow(unsafe_code, reason = "between fork and exec there is no safe way; every call is async-signal-safe")]

mod newborn;

use std::ffi::{c_int, c_void};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::ptr::null_mut;

use rustix::net::{AddressFamily, SocketFlags, SocketType};
use rustix::process::Signal;

use super::request::MOST_DESCRIPTORS;
use super::{ENDED, GONE, Message, REFUSED, SIGNAL, STARTED, memory, tree};

/// Processes that one look at the system has room for.
const MOST_PROCESSES: usize = 1 << 16;
/// Starts the nursery, and returns our end of its socket: once all copies of it are closed, everything below ends.
pub(super) fn start() -> io::Result<OwnedFd> {
    let (ours, theirs) =
        rustix::net::socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?;
    // A copy of our end in some other child of this process would hide our death.
    let this =
        rustix::process::pidfd_open(rustix::process::getpid(), rustix::process::PidfdFlags::empty()).ok();
    let watched = this.as_ref().map_or(-1, AsRawFd::as_raw_fd);
    // SAFETY: the masks are valid for the calls. No handler of this process runs in the fork, which begins with all
    // signals blocked; and `nursery` keeps to what a fork of a process with threads may do.
    unsafe {
        let (mut all, mut before) = (std::mem::zeroed(), std::mem::zeroed());
        libc::sigfillset(&raw mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const all, &raw mut before);
        let pid = libc::syscall(libc::SYS_clone, libc::SIGCHLD, 0, 0, 0, 0);
        if pid == 0 {
            nursery(theirs.as_raw_fd(), watched);
        }
        let failure = io::Error::last_os_error();
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const before, null_mut());
        if pid < 0 { Err(failure) } else { Ok(ours) }
    }
}

/// Forks a warden for each socket that it gets, until whoever sends them is gone; then kills what is left.
unsafe fn nursery(socket: RawFd, watched: RawFd) -> ! {
    // SAFETY: system calls on our own descriptors and memory.
    unsafe {
        libc::setsid();
        libc::chdir(c"/".as_ptr());
        libc::prctl(libc::PR_SET_NAME, c"claw-nursery".as_ptr());
        libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
        // Our memory is a copy of one that may hold keys: no command shall look into it.
        libc::prctl(libc::PR_SET_DUMPABLE, 0, 0, 0, 0);
        // The system buries our children; nobody asks how they ended.
        libc::signal(libc::SIGCHLD, libc::SIG_IGN);
        let (socket, watched) = keep_only(socket, watched);
        forget();
        let mut waits = [poll_for(socket), poll_for(watched)];
        loop {
            libc::poll(waits.as_mut_ptr(), 2, -1);
            if waits[1].revents != 0 {
                break;
            }
            let mut control = [-1];
            match receive(socket, &mut control) {
                Received::Descriptors => {}
                Received::Nothing => continue,
                Received::End => break,
            }
            if libc::syscall(libc::SYS_clone, libc::SIGCHLD, 0, 0, 0, 0) == 0 {
                libc::close(socket);
                libc::close(watched);
                warden(control[0]);
            }
            libc::close(control[0]);
        }
        let room = room();
        while tree::signal(Signal::KILL, room) > 0 {
            libc::poll(null_mut(), 0, 10);
        }
        libc::_exit(0)
    }
}

/// Gives back the memory that came with the fork: a small process forks in a tenth of the time, and holds no secrets.
/// What stays is code, the C library's own, and the stack.
unsafe fn forget() {
    let here = 0_u8;
    let needed = [(&raw const here) as usize, errno_place() as usize];
    memory::each_large(&needed, |range| {
        // SAFETY: nothing that runs in the nursery or in a warden keeps anything there.
        unsafe { libc::munmap(range.start as *mut c_void, range.len()) };
    });
}

enum Received {
    Descriptors,
    Nothing,
    End,
}

unsafe fn receive(socket: RawFd, descriptors: &mut [RawFd]) -> Received {
    const SPACE: usize = 64;
    // SAFETY: the message points at memory of ours that outlives the call, aligned for its headers.
    unsafe {
        let mut byte = 0_u8;
        let mut data = libc::iovec { iov_base: (&raw mut byte).cast(), iov_len: 1 };
        let mut space = [0_u64; SPACE / 8];
        let mut message: libc::msghdr = std::mem::zeroed();
        message.msg_iov = &raw mut data;
        message.msg_iovlen = 1;
        message.msg_control = space.as_mut_ptr().cast();
        message.msg_controllen = SPACE as _;
        let count = libc::recvmsg(socket, &raw mut message, libc::MSG_CMSG_CLOEXEC);
        if count < 0 {
            return if errno() == libc::EINTR { Received::Nothing } else { Received::End };
        }
        if count == 0 {
            return Received::End;
        }
        let header = libc::CMSG_FIRSTHDR(&raw const message);
        if header.is_null() || (*header).cmsg_type != libc::SCM_RIGHTS {
            return Received::Nothing;
        }
        let bytes = (*header).cmsg_len as usize - libc::CMSG_LEN(0) as usize;
        let numbers = libc::CMSG_DATA(header).cast::<[u8; size_of::<RawFd>()]>();
        for (index, descriptor) in descriptors.iter_mut().enumerate().take(bytes / size_of::<RawFd>()) {
            *descriptor = RawFd::from_ne_bytes(*numbers.add(index));
        }
        Received::Descriptors
    }
}

/// What a warden knows of its command.
struct Ward {
    control: RawFd,
    pid: libc::pid_t,
    has_ended: bool,
    /// Nothing below shall live on.
    is_doomed: bool,
}

/// Waits for its command, starts it, tells how it goes, and ends when all that came of it has ended.
unsafe fn warden(control: RawFd) -> ! {
    // SAFETY: system calls on our own descriptors and memory.
    unsafe {
        libc::prctl(libc::PR_SET_NAME, c"claw-warden".as_ptr());
        libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
        libc::signal(libc::SIGCHLD, libc::SIG_DFL);
        let mut children: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut children);
        libc::sigaddset(&raw mut children, libc::SIGCHLD);
        let deaths = libc::signalfd(-1, &raw const children, libc::SFD_CLOEXEC | libc::SFD_NONBLOCK);
        let mut descriptors = [-1; MOST_DESCRIPTORS];
        // While there is no command it goes with the nursery; later it stays, to hold what it has started.
        libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
        loop {
            match receive(control, &mut descriptors) {
                Received::Descriptors => break,
                Received::Nothing => {}
                Received::End => libc::_exit(0),
            }
        }
        libc::prctl(libc::PR_SET_PDEATHSIG, 0);
        let pid = match newborn::run(&descriptors) {
            Ok(pid) => pid,
            Err((step, number)) => {
                tell(control, [REFUSED, number, step as i32]);
                libc::_exit(0);
            }
        };
        for descriptor in descriptors {
            libc::close(descriptor);
        }
        tell(control, [STARTED, pid, 0]);
        watch(&mut Ward { control, pid, has_ended: false, is_doomed: false }, deaths)
    }
}

unsafe fn watch(ward: &mut Ward, deaths: RawFd) -> ! {
    // SAFETY: system calls on our own descriptors and memory.
    unsafe {
        let room = room();
        let mut waits = [poll_for(deaths), poll_for(ward.control)];
        let mut passes = 0_u32;
        loop {
            // What is killed may have children that were not there to be seen.
            let patience = if !ward.is_doomed {
                -1
            } else if passes < 100 {
                10
            } else {
                1000
            };
            libc::poll(waits.as_mut_ptr(), 2, patience);
            let mut note = [0_u8; 128];
            while libc::read(deaths, note.as_mut_ptr().cast(), note.len()) > 0 {}
            if waits[1].revents != 0 {
                hear(ward, room, &mut waits[1]);
            }
            if bury(ward) {
                tell(ward.control, [GONE, 0, 0]);
                libc::_exit(0);
            }
            if ward.is_doomed {
                tree::signal(Signal::KILL, room);
                passes += 1;
            }
        }
    }
}

/// Does what we are told, and kills everything where nobody is left to tell us.
unsafe fn hear(ward: &mut Ward, room: &mut [tree::Found], wait: &mut libc::pollfd) {
    let mut message: Message = [0; 3];
    // SAFETY: the message is ours, and as long as said.
    let count = unsafe { libc::recv(ward.control, message.as_mut_ptr().cast(), 12, libc::MSG_DONTWAIT) };
    if count > 0 && message[0] == SIGNAL {
        if message[1] == libc::SIGKILL {
            ward.is_doomed = true;
        } else if let Some(signal) = Signal::from_named_raw(message[1]) {
            tree::signal(signal, room);
        }
    } else if count == 0 || (count < 0 && !matches!(errno(), libc::EAGAIN | libc::EINTR)) {
        ward.is_doomed = true;
        wait.fd = -1;
    }
}

/// Takes note of who ended; whether nobody is left.
unsafe fn bury(ward: &mut Ward) -> bool {
    loop {
        let mut status = 0;
        // SAFETY: the status is ours.
        let pid = unsafe { libc::waitpid(-1, &raw mut status, libc::WNOHANG) };
        if pid == ward.pid {
            ward.has_ended = true;
            let signal = if libc::WIFSIGNALED(status) { libc::WTERMSIG(status) } else { 0 };
            let code = if signal == 0 { libc::WEXITSTATUS(status) } else { 0 };
            // SAFETY: a system call on our own descriptor and memory.
            unsafe { tell(ward.control, [ENDED, code, signal]) };
        } else if pid <= 0 {
            return pid < 0 && errno() == libc::ECHILD;
        }
    }
}

unsafe fn tell(control: RawFd, message: Message) {
    let flags = libc::MSG_NOSIGNAL | libc::MSG_DONTWAIT;
    // SAFETY: the message is as long as said.
    unsafe { libc::send(control, message.as_ptr().cast(), size_of::<Message>(), flags) };
}

/// Closes every descriptor but these two, which get other numbers, with nothing behind 0, 1 and 2.
unsafe fn keep_only(first: RawFd, second: RawFd) -> (RawFd, RawFd) {
    // SAFETY: system calls on numbers.
    unsafe {
        let first = libc::fcntl(first, libc::F_DUPFD_CLOEXEC, 10);
        let second = libc::fcntl(second, libc::F_DUPFD_CLOEXEC, 10);
        let (low, high) = (first.min(second), first.max(second));
        close_between(0, low - 1);
        close_between(low + 1, high - 1);
        close_between(high + 1, c_int::MAX);
        for _ in 0..3 {
            libc::open(c"/dev/null".as_ptr(), libc::O_RDWR);
        }
        (first, second)
    }
}

unsafe fn close_between(first: RawFd, last: RawFd) {
    // SAFETY: system calls on numbers.
    unsafe {
        if first > last || libc::syscall(libc::SYS_close_range, first.max(0), last, 0) == 0 {
            return;
        }
        // Kernels before 5.9.
        let mut limit: libc::rlimit = std::mem::zeroed();
        libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit);
        let end = c_int::try_from(limit.rlim_cur).unwrap_or(c_int::MAX).min(last.saturating_add(1));
        for descriptor in first.max(0)..end {
            libc::close(descriptor);
        }
    }
}

/// Room for a look at all processes. The system gives it page by page, as it is used.
unsafe fn room() -> &'static mut [tree::Found] {
    let size = MOST_PROCESSES * size_of::<tree::Found>();
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    // SAFETY: zeroes are valid, nobody else has this memory, and it is never given back.
    unsafe {
        let place = libc::mmap(null_mut(), size, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0);
        if place == libc::MAP_FAILED {
            return &mut [];
        }
        std::slice::from_raw_parts_mut(place.cast(), MOST_PROCESSES)
    }
}

fn poll_for(descriptor: RawFd) -> libc::pollfd {
    libc::pollfd { fd: descriptor, events: libc::POLLIN, revents: 0 }
}

fn errno() -> c_int {
    // SAFETY: the place is this thread's own.
    unsafe { *errno_place() }
}

fn errno_place() -> *mut c_int {
    // SAFETY: asks for an address.
    unsafe { libc::__errno_location() }
}
