//! The cancel token: one flag that a long function looks at often, and that any thread may raise.

use std::sync::Arc;
#[cfg(test)]
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};

#[cfg(feature = "python")]
pub(crate) mod python;

/// A flag shared between whoever waits and whoever works. Clones share it; once raised it stays raised.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<Flag>);

#[derive(Debug, Default)]
struct Flag {
    raised: AtomicBool,
    /// How often it was looked at; with `stop_at` looks it is raised.
    #[cfg(test)]
    looks: AtomicUsize,
    #[cfg(test)]
    stop_at: Option<usize>,
}

impl Cancel {
    /// Asks the work to stop.
    pub fn cancel(&self) {
        self.0.raised.store(true, Ordering::Relaxed);
    }

    /// Ends the work with an error if it was asked to stop: cheap enough to be called for every line.
    pub fn check(&self) -> Result<()> {
        if self.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }

    /// Drops what the work was given; where it was asked to stop, in a thread of its own: very many small pieces take
    /// longer to be given back than whoever stopped it should wait.
    pub fn discard<T: Send + 'static>(&self, given: T) {
        if self.is_cancelled() {
            std::thread::spawn(move || drop(given));
        }
    }

    /// Whether the work was asked to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        #[cfg(test)]
        if Some(self.0.looks.fetch_add(1, Ordering::Relaxed)) == self.0.stop_at {
            self.cancel();
        }
        self.0.raised.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
impl Cancel {
    /// A flag that is raised after so many looks.
    pub(crate) fn after(looks: usize) -> Self {
        Self(Arc::new(Flag { stop_at: Some(looks), ..Flag::default() }))
    }

    /// How often it was looked at.
    pub(crate) fn looks(&self) -> usize {
        self.0.looks.load(Ordering::Relaxed)
    }
}
