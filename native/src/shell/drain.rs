//! Reads the terminals of all commands, in one thread for all of them.
//!
//! A terminal hands out 4 KiB at a time. To wake an event loop for each of those costs more than to read it, and while the
//! loop is busy the command would stand still. So a thread takes what comes, and holds it within a bound; a descriptor
//! says that something waits, at once after a silence, and in a flood not more often than every few milliseconds.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::bell::Bell;

/// Bytes that may wait to be taken; with as many the terminal is not read, and the command waits.
const MOST_WAITING: usize = 1 << 20;
/// Bytes that are told of though it was told a moment ago.
const MUCH: usize = 256 << 10;
/// How long after it was told of something more may wait.
const PAUSE: Duration = Duration::from_millis(4);
/// Bytes that are read before the next terminal has its turn.
const TURN: usize = 64 << 10;

/// The reader of this process, once there was a first command.
static READER: Mutex<Option<Reader>> = Mutex::new(None);

struct Reader {
    drains: Arc<Mutex<Vec<Arc<Shared>>>>,
    wake: Arc<Bell>,
    /// The process that started the thread: a fork of that one has none.
    owner: u32,
}

/// The output of one terminal, as far as it was read. Dropped, it is read no more.
#[derive(Debug)]
pub(super) struct Drain {
    shared: Arc<Shared>,
    wake: Arc<Bell>,
}

#[derive(Debug)]
struct Shared {
    /// Rings while something waits.
    bell: Bell,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// None once it is over, or nobody wants to know.
    terminal: Option<Arc<OwnedFd>>,
    waiting: Vec<u8>,
    failure: Option<Errno>,
    is_told: bool,
    told_at: Option<Instant>,
}

impl Drain {
    /// Begins to read a terminal, which must not block.
    pub(super) fn start(terminal: Arc<OwnedFd>) -> io::Result<Self> {
        let state =
            State { terminal: Some(terminal), waiting: vec![], failure: None, is_told: false, told_at: None };
        let shared = Arc::new(Shared { bell: Bell::new()?, state: Mutex::new(state) });
        let mut known = READER.lock().unwrap();
        let reader = match known.take() {
            Some(reader) if reader.owner == std::process::id() => reader,
            _ => Reader::start()?,
        };
        reader.drains.lock().unwrap().push(Arc::clone(&shared));
        reader.wake.ring();
        let wake = Arc::clone(&reader.wake);
        *known = Some(reader);
        Ok(Self { shared, wake })
    }

    /// A descriptor that is readable while there is something to take.
    pub(super) fn bell(&self) -> BorrowedFd<'_> {
        self.shared.bell.as_fd()
    }

    /// Up to `size` bytes: None where there are none now, empty where there will be none.
    pub(super) fn take(&self, size: usize) -> Result<Option<Vec<u8>>, Errno> {
        let mut state = self.shared.state();
        if state.waiting.is_empty() {
            state.read(&mut vec![0; size.min(TURN)]);
        }
        let was_full = state.waiting.len() >= MOST_WAITING;
        let taken = if state.waiting.len() > size {
            let rest = state.waiting.split_off(size);
            std::mem::replace(&mut state.waiting, rest)
        } else {
            std::mem::take(&mut state.waiting)
        };
        let is_over = state.terminal.is_none();
        if state.waiting.is_empty() && !is_over {
            state.is_told = false;
            self.shared.bell.hush();
        } else if !state.is_told {
            // It came to its end here, so that the thread says nothing of it.
            state.is_told = true;
            self.shared.bell.ring();
        }
        let failure = state.failure;
        drop(state);
        if was_full && !taken.is_empty() {
            self.wake.ring();
        }
        match failure {
            Some(error) if taken.is_empty() => Err(error),
            _ => Ok((is_over || !taken.is_empty()).then_some(taken)),
        }
    }
}

impl Drop for Drain {
    fn drop(&mut self) {
        self.shared.state().terminal = None;
        self.wake.ring();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The terminal, where there is something to read and room for it.
    fn wanted(&self) -> Option<Arc<OwnedFd>> {
        let state = self.state();
        state.terminal.clone().filter(|_| state.waiting.len() < MOST_WAITING)
    }

    /// Tells that something waits, where it is time. Returns how long there still is until then.
    fn tell(&self, now: Instant) -> Option<Duration> {
        let mut state = self.state();
        let is_over = state.terminal.is_none();
        if state.is_told || (state.waiting.is_empty() && !is_over) {
            return None;
        }
        let left = state.told_at.map_or(Duration::ZERO, |at| PAUSE.saturating_sub(now - at));
        if !left.is_zero() && !is_over && state.waiting.len() < MUCH {
            return Some(left);
        }
        (state.is_told, state.told_at) = (true, Some(now));
        self.bell.ring();
        None
    }
}

impl State {
    /// Reads what there is now, up to a turn's bytes. Whoever reads holds the lock, so that none come before their time.
    fn read(&mut self, room: &mut [u8]) {
        let Some(terminal) = self.terminal.clone() else { return };
        let (mut filled, mut end) = (0, None);
        while filled < room.len() && end.is_none() {
            match rustix::io::read(&terminal, &mut room[filled..]) {
                // A terminal whose other side is closed everywhere answers EIO.
                Ok(0) | Err(Errno::IO) => end = Some(None),
                Ok(count) => filled += count,
                Err(Errno::AGAIN) => break,
                Err(Errno::INTR) => {}
                Err(error) => end = Some(Some(error)),
            }
        }
        self.waiting.extend_from_slice(&room[..filled]);
        if let Some(failure) = end {
            (self.terminal, self.failure) = (None, failure);
        }
    }
}

impl Reader {
    fn start() -> io::Result<Self> {
        let (drains, wake) = (Arc::default(), Arc::new(Bell::new()?));
        let theirs: (Arc<Mutex<Vec<Arc<Shared>>>>, _) = (Arc::clone(&drains), Arc::clone(&wake));
        let thread = std::thread::Builder::new().name("claw-terminals".into()).stack_size(128 << 10);
        thread.spawn(move || read_all(&theirs.0, &theirs.1))?;
        Ok(Self { drains, wake, owner: std::process::id() })
    }
}

fn read_all(drains: &Mutex<Vec<Arc<Shared>>>, wake: &Bell) {
    let mut room = vec![0; TURN];
    let mut patience = None;
    loop {
        wake.hush();
        let mut watched = vec![];
        drains.lock().unwrap().retain(|drain| {
            let is_open = drain.state().terminal.is_some();
            watched.extend(drain.wanted().map(|terminal| (Arc::clone(drain), terminal)));
            is_open
        });
        let mut waits = vec![PollFd::new(wake, PollFlags::IN)];
        waits.extend(watched.iter().map(|(_, terminal)| PollFd::new(terminal, PollFlags::IN)));
        // Whatever it is, the next look shows it.
        let _ = poll(&mut waits, patience.and_then(|left: Duration| Timespec::try_from(left).ok()).as_ref());
        let ready: Vec<bool> = waits[1..].iter().map(|wait| !wait.revents().is_empty()).collect();
        for ((drain, _), _) in watched.iter().zip(&ready).filter(|(_, ready)| **ready) {
            drain.state().read(&mut room);
        }
        let now = Instant::now();
        patience = watched.iter().filter_map(|(drain, _)| drain.tell(now)).min();
    }
}
