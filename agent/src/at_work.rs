//! Which conversations have a turn at work here: a slow answer is not one that was cut off.

use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

/// Conversations with a turn at work, each once for each of its turns.
#[derive(Default)]
pub(crate) struct AtWork(Mutex<Vec<Uuid>>);

/// A turn at work, until it is dropped, however it ends.
pub(crate) struct Working<'a> {
    all: &'a AtWork,
    conversation: Uuid,
}

impl AtWork {
    /// Marks a turn as at work, and says whether another one of the same conversation is.
    pub(crate) fn begin(&self, conversation: Uuid) -> (Working<'_>, bool) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let busy = all.contains(&conversation);
        all.push(conversation);
        (Working { all: self, conversation }, busy)
    }
}

impl Drop for Working<'_> {
    fn drop(&mut self) {
        let mut all = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = all.iter().position(|id| *id == self.conversation) {
            all.swap_remove(at);
        }
    }
}
