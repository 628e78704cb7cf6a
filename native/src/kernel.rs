//! What of the operating system has no safe door: the one file with `unsafe`. Everything above it is safe Rust.
//!
//! A process may have threads, and a fork of it has only the one that forked: whatever lock another one held is held for
//! ever. What runs in a fork, therefore (what is handed to [`before_exec`], `fork` and `give_birth`), makes system calls
//! and nothing else: it allocates nothing and takes no lock. Rust cannot say that in a type. Where it is not kept, the
//! child hangs; no memory is touched that is not its own.

use std::io;
use std::os::fd::{AsRawFd as _, BorrowedFd};
use std::os::unix::process::CommandExt as _;
use std::process::Command;

#[cfg(target_os = "linux")]
mod memory;

#[cfg(target_os = "linux")]
pub(crate) use linux::*;

/// The signals that there are, and more.
const SIGNALS: std::ops::RangeInclusive<i32> = if cfg!(target_os = "linux") { 1..=64 } else { 1..=31 };

/// Has the command's process do something before it becomes the program.
pub(crate) fn before_exec(
    command: &mut Command,
    prepare: impl FnMut() -> io::Result<()> + Send + Sync + 'static,
) {
    // SAFETY: as this file's head says of what runs in a fork.
    unsafe { command.pre_exec(prepare) };
}

/// Lets every signal do what it does by itself: an ignored one would stay ignored in every program that is run.
pub(crate) fn reset_signals() {
    for signal in SIGNALS {
        // SAFETY: SIG_DFL installs no handler.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
}

/// Makes a number name what a descriptor names, for the program that this process becomes.
pub(crate) fn copy_to(descriptor: BorrowedFd<'_>, number: i32) {
    // SAFETY: a fork that is about to become its program holds nothing under a number that its caller chose.
    unsafe { libc::dup2(descriptor.as_raw_fd(), number) };
}

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::{CStr, c_char, c_int, c_long, c_uint, c_void};
    use std::io;
    use std::os::fd::{AsRawFd as _, BorrowedFd, FromRawFd as _, IntoRawFd as _, OwnedFd, RawFd};
    use std::ptr::null_mut;

    use rustix::fs::{Mode, OFlags};
    use rustix::thread::UnshareFlags;

    use super::memory;

    fn done(result: c_long) -> io::Result<()> {
        if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
    }

    // Processes.

    /// A fork of this process that does `live` and ends with what that returns; its id. It is born with all signals
    /// blocked, so that no handler of this process runs in it.
    pub(crate) fn fork(live: impl FnOnce() -> i32) -> io::Result<i32> {
        // SAFETY: the masks are valid for the calls; as this file's head says of what runs in a fork, which never returns.
        unsafe {
            let (mut all, mut before) = (std::mem::zeroed(), std::mem::zeroed());
            libc::sigfillset(&raw mut all);
            libc::pthread_sigmask(libc::SIG_SETMASK, &raw const all, &raw mut before);
            let pid = libc::syscall(libc::SYS_clone, libc::SIGCHLD, 0, 0, 0, 0);
            if pid == 0 {
                libc::_exit(live());
            }
            let failure = io::Error::last_os_error();
            libc::pthread_sigmask(libc::SIG_SETMASK, &raw const before, null_mut());
            if pid < 0 { Err(failure) } else { Ok(i32::try_from(pid).unwrap_or_default()) }
        }
    }

    /// Bytes of stack for the moment between a process's birth and its program.
    const STACK: usize = 256 << 10;

    /// Memory in which a child runs until it has become its program.
    pub(crate) struct Stack(*mut c_void);

    impl Stack {
        pub(crate) fn new() -> io::Result<Self> {
            map(STACK, libc::MAP_ANONYMOUS, -1).map(Self)
        }
    }

    /// A child that shares this process's memory, and does `become_program` while this one waits; its id. What it
    /// could not do it leaves in what it was lent.
    pub(crate) fn give_birth(stack: &mut Stack, become_program: &mut dyn FnMut()) -> io::Result<i32> {
        extern "C" fn newborn(task: *mut c_void) -> c_int {
            // SAFETY: the task is the one below, of which its owner makes no use meanwhile.
            let task = unsafe { &mut *task.cast::<&mut dyn FnMut()>() };
            task();
            // SAFETY: ends this process alone, and runs nothing of the one whose memory it shares.
            unsafe { libc::_exit(127) }
        }
        let mut task = become_program;
        let flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD;
        // SAFETY: CLONE_VFORK suspends us until the child has become its program, or ended, so that only one of us uses
        // the memory; and it has a stack of its own, of which this is the top.
        let pid = unsafe { libc::clone(newborn, stack.0.byte_add(STACK), flags, (&raw mut task).cast()) };
        if pid < 0 { Err(io::Error::last_os_error()) } else { Ok(pid) }
    }

    /// Becomes a program. Its path, and the lists of its arguments and variables, stand at these places of a block; a
    /// list is places of texts, and ends with 0. Returns why it could not.
    pub(crate) fn exec(block: &mut [u8], program: usize, arguments: usize, variables: usize) -> io::Error {
        let is_whole = text(block, program).is_some()
            && point(block, arguments).is_some()
            && point(block, variables).is_some();
        if !is_whole {
            return io::Error::from_raw_os_error(libc::EBADMSG);
        }
        let base = block.as_mut_ptr();
        // SAFETY: these places lie in the block, each text ends in zero there and each list, aligned, in null. Nobody
        // else writes there until the program is run.
        unsafe {
            let list = |place: usize| base.byte_add(place).cast::<c_void>().cast::<*const c_char>();
            libc::execve(base.byte_add(program).cast(), list(arguments), list(variables));
        }
        io::Error::last_os_error()
    }

    /// A text of a block that ends in it.
    fn text(block: &[u8], place: usize) -> Option<&CStr> {
        CStr::from_bytes_until_nul(block.get(place..)?).ok()
    }

    /// Makes a list of places a list of pointers where it stands; none where it does not end in the block.
    fn point(block: &mut [u8], place: usize) -> Option<()> {
        const SLOT: usize = size_of::<usize>();
        let base = block.as_mut_ptr().expose_provenance();
        let is_aligned = (base + place).is_multiple_of(align_of::<*const c_char>());
        for at in (place..).step_by(SLOT).take_while(|_| is_aligned) {
            let wanted = usize::from_ne_bytes(block.get(at..at + SLOT)?.try_into().ok()?);
            if wanted == 0 {
                return Some(());
            }
            text(block, wanted)?;
            block[at..at + SLOT].copy_from_slice(&(base + wanted).to_ne_bytes());
        }
        None
    }

    // Signals.

    /// Has the system bury children by itself: nobody asks how they ended.
    pub(crate) fn ignore_children() {
        // SAFETY: SIG_IGN installs no handler.
        unsafe { libc::signal(libc::SIGCHLD, libc::SIG_IGN) };
    }

    /// Lets every signal in again that is blocked.
    pub(crate) fn unblock_signals() {
        // SAFETY: the mask is valid for the calls.
        unsafe {
            let mut none: libc::sigset_t = std::mem::zeroed();
            libc::sigemptyset(&raw mut none);
            libc::sigprocmask(libc::SIG_SETMASK, &raw const none, null_mut());
        }
    }

    /// A descriptor that is readable when a child has ended, while signals are blocked. It never blocks.
    pub(crate) fn deaths() -> io::Result<OwnedFd> {
        // SAFETY: the mask is valid for the calls, and the descriptor is new and nobody else's.
        unsafe {
            let mut children: libc::sigset_t = std::mem::zeroed();
            libc::sigemptyset(&raw mut children);
            libc::sigaddset(&raw mut children, libc::SIGCHLD);
            let flags = libc::SFD_CLOEXEC | libc::SFD_NONBLOCK;
            let descriptor = libc::signalfd(-1, &raw const children, flags);
            if descriptor < 0 {
                Err(io::Error::last_os_error())
            } else {
                Ok(OwnedFd::from_raw_fd(descriptor))
            }
        }
    }

    // What a fork parts with.

    /// Closes every descriptor of a fork but copies of these, with nothing behind 0, 1 and 2. It may use no other that
    /// it had.
    pub(crate) fn keep_only(
        first: BorrowedFd<'_>,
        second: Option<BorrowedFd<'_>>,
    ) -> io::Result<(OwnedFd, Option<OwnedFd>)> {
        let first = rustix::io::fcntl_dupfd_cloexec(first, 10)?;
        let second = second.map(|second| rustix::io::fcntl_dupfd_cloexec(second, 10)).transpose()?;
        let kept = [first.as_raw_fd(), second.as_ref().map_or(first.as_raw_fd(), OwnedFd::as_raw_fd)];
        let (low, high) = (kept[0].min(kept[1]), kept[0].max(kept[1]));
        close_between(0, low - 1);
        close_between(low + 1, high - 1);
        close_between(high + 1, c_int::MAX);
        for _ in 0..3 {
            let _ = rustix::fs::open(c"/dev/null", OFlags::RDWR, Mode::empty())?.into_raw_fd();
        }
        Ok((first, second))
    }

    fn close_between(first: RawFd, last: RawFd) {
        // SAFETY: the limit is valid for the call. A fork never returns to those who own these descriptors.
        unsafe {
            if first > last || libc::syscall(libc::SYS_close_range, first, last, 0) == 0 {
                return;
            }
            // Kernels before 5.9.
            let mut limit: libc::rlimit = std::mem::zeroed();
            libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit);
            let end = c_int::try_from(limit.rlim_cur).unwrap_or(c_int::MAX).min(last.saturating_add(1));
            for descriptor in first..end {
                libc::close(descriptor);
            }
        }
    }

    /// Gives back the memory that came with a fork: a small process forks in a tenth of the time, and holds no secrets.
    /// What stays is code, the C library's own, and the stack.
    pub(crate) fn forget() {
        let here = 0_u8;
        // SAFETY: asks for an address.
        let errno = unsafe { libc::__errno_location() };
        memory::each_large(&[(&raw const here).addr(), errno.addr()], |range| {
            let place = std::ptr::with_exposed_provenance_mut(range.start);
            // SAFETY: nothing that runs in such a fork keeps anything there, and it never returns to what does.
            unsafe { libc::munmap(place, range.len()) };
        });
    }

    // Memory.

    /// A process, as a walk finds it.
    #[derive(Clone, Copy, Debug, Default)]
    #[repr(C)]
    pub(crate) struct Found {
        pub(crate) pid: i32,
        pub(crate) parent: i32,
        /// 1 where it is known to be below us.
        pub(crate) below: i32,
    }

    /// Processes that one look at the system has room for.
    const MOST_PROCESSES: usize = 1 << 16;

    /// Room for a look at all processes. The system gives it page by page, as it is used; it is never given back.
    pub(crate) fn room() -> &'static mut [Found] {
        let size = MOST_PROCESSES * size_of::<Found>();
        let Ok(place) = map(size, libc::MAP_ANONYMOUS | libc::MAP_NORESERVE, -1) else { return &mut [] };
        // SAFETY: the mapping is as long as that and aligned to pages; zeroes are valid, and nobody else has it.
        unsafe { std::slice::from_raw_parts_mut(place.cast(), MOST_PROCESSES) }
    }

    /// What a file holds, in memory of our own that is never given back. Nobody may make the file shorter.
    pub(crate) fn contents(file: BorrowedFd<'_>) -> io::Result<&'static mut [u8]> {
        let length = usize::try_from(rustix::fs::fstat(file)?.st_size).unwrap_or_default();
        let place = map(length, 0, file.as_raw_fd())?;
        // SAFETY: the mapping is private and as long as that; the file has no name, and who made it writes it once.
        Ok(unsafe { std::slice::from_raw_parts_mut(place.cast(), length) })
    }

    fn map(length: usize, flags: c_int, file: RawFd) -> io::Result<*mut c_void> {
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: the system chooses a place where nothing is.
        let place = unsafe { libc::mmap(null_mut(), length, protection, libc::MAP_PRIVATE | flags, file, 0) };
        if place == libc::MAP_FAILED { Err(io::Error::last_os_error()) } else { Ok(place) }
    }

    // Confinement.

    /// `struct mount_attr` of `linux/mount.h`, as far as it is used.
    #[repr(C)]
    struct MountAttributes {
        set: u64,
        clear: u64,
        propagation: u64,
        user_namespace: u64,
    }

    /// `struct landlock_path_beneath_attr`.
    #[repr(C, packed)]
    struct PathBeneath {
        allowed: u64,
        parent: c_int,
    }

    /// `struct ifreq`: a network interface, and what it should be like.
    #[repr(C)]
    struct InterfaceRequest {
        name: [u8; libc::IFNAMSIZ],
        flags: i16,
        rest: [u8; 22],
    }

    const IFF_UP: i16 = 1;
    const MOUNT_ATTR_RDONLY: u64 = 1;
    const AT_RECURSIVE: c_uint = 0x8000;
    const LANDLOCK_CREATE_RULESET_VERSION: c_uint = 1;
    const LANDLOCK_RULE_PATH_BENEATH: c_uint = 1;

    /// The version of Landlock; 0 where there is none, or it is not switched on.
    pub(crate) fn landlock_version() -> i32 {
        // SAFETY: with this flag it takes no structure, and only says a number.
        let version = unsafe {
            libc::syscall(
                libc::SYS_landlock_create_ruleset,
                std::ptr::null::<u8>(),
                0_usize,
                LANDLOCK_CREATE_RULESET_VERSION,
            )
        };
        i32::try_from(version).unwrap_or(0).max(0)
    }

    /// Adds rights below a folder to a ruleset.
    pub(crate) fn allow_below(
        ruleset: BorrowedFd<'_>,
        folder: BorrowedFd<'_>,
        allowed: u64,
    ) -> io::Result<()> {
        let rule = PathBeneath { allowed, parent: folder.as_raw_fd() };
        let kind = LANDLOCK_RULE_PATH_BENEATH;
        // SAFETY: it reads the structure, which lives until it returns.
        done(unsafe {
            libc::syscall(libc::SYS_landlock_add_rule, ruleset.as_raw_fd(), kind, &raw const rule, 0)
        })
    }

    /// Holds the calling thread, and all that it starts, to a ruleset for good.
    pub(crate) fn restrict(ruleset: BorrowedFd<'_>) -> io::Result<()> {
        // SAFETY: a system call on numbers.
        done(unsafe { libc::syscall(libc::SYS_landlock_restrict_self, ruleset.as_raw_fd(), 0) })
    }

    /// Has every system call of the calling thread, and of all that it starts, judged by a filter for good: the bytes of
    /// an array of `struct sock_filter`.
    pub(crate) fn filter(program: &[u8]) -> io::Result<()> {
        let len = u16::try_from(program.len() / size_of::<libc::sock_filter>());
        let len = len.map_err(|_| io::Error::from_raw_os_error(libc::E2BIG))?;
        let program = libc::sock_fprog { len, filter: program.as_ptr().cast_mut().cast() };
        // SAFETY: the kernel copies `len` instructions from bytes that are there; it needs no alignment, and writes nothing.
        done(unsafe {
            libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, 0, &raw const program)
        })
    }

    /// Gives the calling process namespaces of its own.
    pub(crate) fn unshare(flags: UnshareFlags) -> io::Result<()> {
        // SAFETY: what can be unsafe is to part with descriptors that others rely on; no flag here does.
        Ok(unsafe { rustix::thread::unshare_unsafe(flags) }?)
    }

    /// Makes a mount read-only, or writable again; with `deep`, also those below it.
    pub(crate) fn set_read_only(path: &CStr, read_only: bool, deep: bool) -> io::Result<()> {
        let (set, clear) = if read_only { (MOUNT_ATTR_RDONLY, 0) } else { (0, MOUNT_ATTR_RDONLY) };
        let wanted = MountAttributes { set, clear, propagation: 0, user_namespace: 0 };
        let flags = if deep { AT_RECURSIVE } else { 0 };
        // SAFETY: it reads a text that ends in zero, and the structure, whose size it is told.
        done(unsafe {
            libc::syscall(
                libc::SYS_mount_setattr,
                libc::AT_FDCWD,
                path.as_ptr(),
                flags,
                &raw const wanted,
                size_of::<MountAttributes>(),
            )
        })
    }

    /// Switches on the loopback of a network namespace that was just made.
    pub(crate) fn raise_loopback(socket: BorrowedFd<'_>) -> io::Result<()> {
        let mut request = InterfaceRequest { name: [0; libc::IFNAMSIZ], flags: IFF_UP, rest: [0; 22] };
        request.name[..2].copy_from_slice(b"lo");
        // SAFETY: it reads the structure, which lives until it returns.
        done(unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCSIFFLAGS as _, &raw const request) }.into())
    }
}
