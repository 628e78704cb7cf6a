//! A walk on several threads whose results come out in the order of the paths while it goes on.
//!
//! The work is a stack of tasks, each a folder to list or a few files to look at. A listed folder's tasks go back onto
//! the stack in order, so the next task is always the first in order that nobody does yet. Parts that are done wait
//! until all tasks before them are; what waits, and what nobody took yet, is bounded: a thread that runs ahead pauses.
//! The first in order never pauses for those behind it, so the walk always goes on.
//!
//! The threads are nobody's to join: whoever stops a walk is free at once, and each thread ends at its next look at
//! the flag, even one that a slow disk holds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use std::{mem, thread};

use super::listing::{Files, Lister, Scope, Task};
use super::part::Part;
use crate::cancel::Cancel;
use crate::error::Result;

/// More threads than this wait for the disk and not for each other.
const MOST_THREADS: usize = 8;
/// Bytes of parts that wait for those before them, and of parts that wait to be taken.
const MOST_WAITING: usize = 8 << 20;
/// Bytes of a part that is not waited for longer.
const HEAVY: usize = 1 << 20;

/// What is done with each file.
pub(super) trait Visit: Sized + Send + Sync + 'static {
    type Part: Part;
    /// What each thread keeps from file to file.
    type Desk;

    fn desk(&self) -> Self::Desk;

    /// Looks at a file and puts what it finds into the part; `shown` is its path from the root.
    fn visit(&self, desk: &mut Self::Desk, path: &Path, shown: &str, part: &mut Passing<'_, Self>);

    /// Called for each part, in order, before it can be taken.
    fn admit(&self, part: &mut Self::Part);
}

/// A walk that is under way. Dropped, it stops.
pub(super) struct Walk<V: Visit>(Arc<Shared<V>>);

impl<V: Visit> Walk<V> {
    pub(super) fn start(visit: V, scope: &Scope, stopped: Cancel) -> Result<Self> {
        let (lister, tasks) = Lister::new(scope)?;
        let mut state = State { finished: tasks.is_empty(), ..State::default() };
        state.add(tasks);
        let shared = Arc::new(Shared {
            visit,
            lister,
            stopped,
            state: Mutex::new(state),
            work: Condvar::new(),
            ready: Condvar::new(),
        });
        let threads = thread::available_parallelism().map_or(1, |count| count.get().min(MOST_THREADS));
        for _ in 0..threads {
            let shared = shared.clone();
            thread::spawn(move || shared.run());
        }
        Ok(Self(shared))
    }

    /// What is ready, once there are `enough` results, or `patience` is over, or the walk; None once all was taken, and
    /// after a stop.
    pub(super) fn take(&self, enough: usize, patience: Option<Duration>) -> Option<V::Part> {
        let until = patience.map(|patience| Instant::now() + patience);
        let mut state = self.0.lock();
        state.enough = Some(enough);
        loop {
            if self.0.stopped.is_cancelled() {
                return None;
            }
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            if state.finished || state.is_enough() || left == Some(Duration::ZERO) {
                break;
            }
            state = match left {
                Some(left) => self.0.ready.wait_timeout(state, left).expect(LOCK).0,
                None => self.0.ready.wait(state).expect(LOCK),
            };
        }
        state.enough = None;
        if state.finished {
            if state.all_taken {
                return None;
            }
            state.all_taken = true;
        }
        let part = mem::take(&mut state.part);
        self.0.work.notify_all();
        Some(part)
    }

    /// Ends it; what is ready is lost.
    pub(super) fn stop(&self) {
        self.0.stopped.cancel();
        // With the lock held nobody is between a look at the flag and the wait for a change.
        let _state = self.0.lock();
        self.0.work.notify_all();
        self.0.ready.notify_all();
    }
}

impl<V: Visit> Drop for Walk<V> {
    fn drop(&mut self) {
        self.stop();
    }
}

const LOCK: &str = "no thread panics with it";

/// Where a task stands: its path, and a number that tells apart what is shown alike.
type Place = (String, u64);

struct Shared<V: Visit> {
    visit: V,
    lister: Lister,
    stopped: Cancel,
    state: Mutex<State<V::Part>>,
    work: Condvar,
    ready: Condvar,
}

#[derive(Default)]
struct State<P> {
    /// The last is the first in order.
    stack: Vec<(Place, Task)>,
    /// The places of all tasks that are not done.
    pending: BTreeSet<Place>,
    /// Parts that wait for those before them.
    done: BTreeMap<Place, P>,
    done_weight: usize,
    /// What can be taken.
    part: P,
    /// How many results whoever takes them waits for.
    enough: Option<usize>,
    /// Threads that wait for work.
    idle: usize,
    places: u64,
    finished: bool,
    all_taken: bool,
}

impl<P: Part> State<P> {
    fn add(&mut self, tasks: Vec<Task>) {
        let from = self.stack.len();
        for task in tasks {
            self.places += 1;
            let place = (task.place().to_owned(), self.places);
            self.pending.insert(place.clone());
            self.stack.push((place, task));
        }
        self.stack[from..].reverse();
    }

    fn is_first(&self, place: &Place) -> bool {
        self.pending.first() == Some(place)
    }

    fn is_enough(&self) -> bool {
        self.part.weight() >= MOST_WAITING / 2
            || self.enough.is_some_and(|enough| self.part.results() >= enough)
    }

    fn next(&mut self) -> Option<(Place, Task)> {
        let (place, _) = self.stack.last()?;
        let has_room = self.done_weight < MOST_WAITING || self.is_first(place);
        if has_room && self.part.weight() < MOST_WAITING { self.stack.pop() } else { None }
    }
}

impl<V: Visit> Shared<V> {
    fn lock(&self) -> MutexGuard<'_, State<V::Part>> {
        self.state.lock().expect(LOCK)
    }

    fn run(&self) {
        let mut desk = self.visit.desk();
        while let Some((place, task)) = self.next() {
            let mut passing = Passing { part: V::Part::default(), place: &place, shared: self };
            let tasks = match task {
                Task::Folder(folder) => self.lister.list(folder, &mut passing.part),
                Task::Files(files) => {
                    self.look(&mut desk, &files, &mut passing);
                    Vec::new()
                }
            };
            let part = passing.part;
            self.finish(&place, part, tasks);
        }
    }

    fn look(&self, desk: &mut V::Desk, files: &Files, passing: &mut Passing<'_, V>) {
        let mut path: PathBuf = files.folder.join("");
        for (shown, name) in &files.names {
            if self.stopped.is_cancelled() {
                return;
            }
            path.push(name.as_deref().unwrap_or(shown[files.below..].as_ref()));
            self.visit.visit(desk, &path, shown, passing);
            passing.relieve();
            path.pop();
        }
    }

    fn next(&self) -> Option<(Place, Task)> {
        let mut state = self.lock();
        loop {
            if self.stopped.is_cancelled() || state.pending.is_empty() {
                return None;
            }
            if let Some(task) = state.next() {
                return Some(task);
            }
            state.idle += 1;
            state = self.work.wait(state).expect(LOCK);
            state.idle -= 1;
        }
    }

    fn finish(&self, place: &Place, part: V::Part, tasks: Vec<Task>) {
        let mut state = self.lock();
        let state = &mut *state;
        state.add(tasks);
        state.pending.remove(place);
        state.done_weight += part.weight();
        state.done.insert(place.clone(), part);
        while let Some(entry) = state.done.first_entry() {
            if state.pending.first().is_some_and(|first| first < entry.key()) {
                break;
            }
            let mut part = entry.remove();
            state.done_weight -= part.weight();
            self.visit.admit(&mut part);
            state.part.append(part);
        }
        state.finished = state.pending.is_empty();
        if state.enough.is_some() && (state.finished || state.is_enough()) {
            self.ready.notify_all();
        }
        if state.idle > 0 {
            self.work.notify_all();
        }
    }

    /// Hands over a part whose task is not at its end, once that is the first in order and there is room.
    fn hand_over(&self, place: &Place, part: &mut V::Part) {
        let mut state = self.lock();
        while !self.stopped.is_cancelled() && (!state.is_first(place) || state.part.weight() >= MOST_WAITING)
        {
            state.idle += 1;
            state = self.work.wait(state).expect(LOCK);
            state.idle -= 1;
        }
        let mut part = mem::take(part);
        self.visit.admit(&mut part);
        state.part.append(part);
        if state.enough.is_some() && state.is_enough() {
            self.ready.notify_all();
        }
    }
}

/// The part that a task fills.
pub(super) struct Passing<'a, V: Visit> {
    pub(super) part: V::Part,
    place: &'a Place,
    shared: &'a Shared<V>,
}

impl<V: Visit> Passing<'_, V> {
    /// Called from time to time by whoever fills it: a heavy part is handed over before its task ends.
    pub(super) fn relieve(&mut self) {
        if self.part.weight() > HEAVY {
            self.shared.hand_over(self.place, &mut self.part);
        }
    }
}
