//! Which conversations have a turn at work here: a slow answer is not one that was cut off, and one can be stopped.

use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;
use uuid::Uuid;

/// A conversation of an organisation.
type Key = (Uuid, Uuid);

/// Conversations with a turn at work, each once for each of its turns, with what stops it.
#[derive(Default)]
pub(crate) struct AtWork(Mutex<Vec<(Key, watch::Sender<bool>)>>);

/// A turn at work, until it is dropped, however it ends.
pub(crate) struct Working<'a> {
    all: &'a AtWork,
    key: Key,
    stop: Stop,
}

/// Whether the person wants a turn to stop.
#[derive(Clone)]
pub(crate) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Whether it is wanted by now.
    pub(crate) fn wanted(&self) -> bool {
        *self.0.borrow()
    }
    /// Ends once it is wanted.
    pub(crate) async fn until_wanted(&mut self) {
        if self.0.wait_for(|wanted| *wanted).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl AtWork {
    /// Marks a turn as at work, and says whether another one of the same conversation is.
    pub(crate) fn begin(&self, key: Key) -> (Working<'_>, bool) {
        let (stops, stop) = watch::channel(false);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let busy = all.iter().any(|(other, _)| *other == key);
        all.push((key, stops));
        (Working { all: self, key, stop: Stop(stop) }, busy)
    }

    /// Whether a turn of this conversation is at work.
    pub(crate) fn has(&self, key: Key) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|(other, _)| *other == key)
    }

    /// Has the turns of this conversation stop at their next step.
    pub(crate) fn stop(&self, key: Key) {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, stops) in all.iter().filter(|(other, _)| *other == key) {
            stops.send_replace(true);
        }
    }
}

impl Working<'_> {
    pub(crate) fn stop(&self) -> Stop {
        self.stop.clone()
    }
}

impl Drop for Working<'_> {
    fn drop(&mut self) {
        let mut all = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        // of several turns of one conversation each has its own channel
        let own = |stops: &watch::Sender<bool>| stops.subscribe().same_channel(&self.stop.0);
        if let Some(at) = all.iter().position(|(key, stops)| *key == self.key && own(stops)) {
            all.swap_remove(at);
        }
    }
}
