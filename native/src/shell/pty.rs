//! A new pseudo-terminal.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{Mode, OFlags};
use rustix::pty::OpenptFlags;
use rustix::termios::{LocalModes, OptionalActions, OutputModes, Winsize};

/// A terminal of that size: our side, which never blocks, and theirs. It does not turn `\n` into `\r\n`: the kernel
/// would look at every byte for that, at half the speed.
pub(super) fn open(rows: u16, columns: u16, echo: bool) -> rustix::io::Result<(OwnedFd, OwnedFd)> {
    let ours = open_ours()?;
    rustix::pty::grantpt(&ours)?;
    rustix::pty::unlockpt(&ours)?;
    let name = rustix::pty::ptsname(&ours, Vec::new())?;
    let theirs = rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?;
    let mut modes = rustix::termios::tcgetattr(&theirs)?;
    modes.output_modes.remove(OutputModes::OPOST | OutputModes::ONLCR);
    modes.local_modes.remove(LocalModes::ECHO | LocalModes::ECHOE | LocalModes::ECHOK | LocalModes::ECHONL);
    if echo {
        modes.local_modes.insert(LocalModes::ECHO | LocalModes::ECHOE | LocalModes::ECHOK);
    }
    rustix::termios::tcsetattr(&theirs, OptionalActions::Now, &modes)?;
    resize(theirs.as_fd(), rows, columns)?;
    rustix::io::ioctl_fionbio(ours.as_fd(), true)?;
    Ok((ours, theirs))
}

/// Tells a terminal another size.
pub(super) fn resize(terminal: BorrowedFd<'_>, rows: u16, columns: u16) -> rustix::io::Result<()> {
    let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    rustix::termios::tcsetwinsize(terminal, size)
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
