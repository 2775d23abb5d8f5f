//! Which conversation goes on.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use uuid::Uuid;

/// After so long a new conversation begins.
const FRESH: TimeDelta = TimeDelta::minutes(30);

/// A conversation in a list.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Thread {
    pub(super) id: Uuid,
    pub(super) title: String,
    pub(super) updated_at: DateTime<Utc>,
}

/// What a conversation waits for.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Waiting {
    #[serde(default)]
    pub(super) waiting: Option<Uuid>,
}

/// The conversation that was used last, unless that was long ago.
pub(super) fn latest(threads: Vec<Thread>, now: DateTime<Utc>) -> Option<Thread> {
    // a minute ahead is a clock that is a little off
    let fresh = |thread: &Thread| now - thread.updated_at < FRESH && thread.updated_at - now < TimeDelta::minutes(1);
    threads.into_iter().filter(fresh).max_by_key(|thread| thread.updated_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn threads(minutes_ago: &[i64]) -> Vec<Thread> {
        let thread = |(i, ago): (usize, &i64)| Thread {
            id: Uuid::nil(),
            title: i.to_string(),
            updated_at: DateTime::UNIX_EPOCH - TimeDelta::minutes(*ago),
        };
        minutes_ago.iter().enumerate().map(thread).collect()
    }
    fn chosen(minutes_ago: &[i64]) -> Option<String> {
        latest(threads(minutes_ago), DateTime::UNIX_EPOCH).map(|thread| thread.title)
    }

    #[test]
    fn the_newest_of_the_last_half_hour_goes_on() {
        assert_eq!(chosen(&[]), None);
        assert_eq!(chosen(&[31, 45]), None);
        assert_eq!(chosen(&[29]).as_deref(), Some("0"));
        assert_eq!(chosen(&[20, 3, 40]).as_deref(), Some("1"));
        assert_eq!(chosen(&[30]), None);
    }

    #[test]
    fn the_future_does_not_go_on() {
        assert_eq!(chosen(&[-600]), None);
        assert_eq!(chosen(&[0, -600]).as_deref(), Some("0"));
    }
}
