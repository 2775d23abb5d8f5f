//! Failed attempts are counted, by account and by client address; too many have to wait. Successes do not count.
//!
//! While somebody has to wait, a right password is refused like a wrong one: nothing can be learnt meanwhile.
//! Accounts that do not exist are counted like those that do.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use moka::sync::Cache;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{Kind, Refusal, Result, codes};

/// So many keys are remembered; the memory they take is bounded, whoever attacks.
const MOST: u64 = 200_000;
/// A key is forgotten when nothing failed for so long.
const WITHIN: Duration = Duration::from_secs(15 * 60);
const LONGEST: Duration = Duration::from_secs(15 * 60);

#[derive(Clone, Copy)]
struct Rule {
    /// Failures after which one waits.
    failures: u32,
    /// How long at first; it doubles with each further failure.
    wait: Duration,
}

const ACCOUNT: Rule = Rule { failures: 5, wait: Duration::from_secs(30) };
/// Many people may share an address.
const ADDRESS: Rule = Rule { failures: 40, wait: Duration::from_secs(30) };

#[derive(Default)]
struct Window {
    failures: u32,
    last: Option<Instant>,
    until: Option<Instant>,
}

impl Window {
    /// How long to wait still.
    fn wait(&self, now: Instant) -> Option<Duration> {
        self.until.and_then(|until| until.checked_duration_since(now)).filter(|left| !left.is_zero())
    }
    fn fail(&mut self, rule: Rule, now: Instant) {
        if self.last.is_some_and(|last| now.duration_since(last) > WITHIN) {
            *self = Self::default();
        }
        self.failures = self.failures.saturating_add(1);
        self.last = Some(now);
        if let Some(beyond) = self.failures.checked_sub(rule.failures) {
            let wait = rule.wait.saturating_mul(1_u32.checked_shl(beyond).unwrap_or(u32::MAX)).min(LONGEST);
            self.until = Some(now + wait);
        }
    }
}

/// The counters of this process.
pub(super) struct Throttle {
    windows: Cache<[u8; 32], Arc<Mutex<Window>>>,
}

/// What an attempt is counted by.
pub(super) struct Keys {
    account: Option<[u8; 32]>,
    address: Option<[u8; 32]>,
}

impl Keys {
    /// By the account that was named, if one was, and by where the attempt came from.
    pub(super) fn of(account: Option<(&str, &str)>, from: Option<IpAddr>) -> Self {
        let key = |parts: &[&[u8]]| -> [u8; 32] {
            let mut digest = Sha256::new();
            for part in parts {
                digest.update(part.len().to_be_bytes());
                digest.update(part);
            }
            digest.finalize().into()
        };
        let account = account.map(|(organization, email)| {
            key(&[b"account", organization.to_lowercase().as_bytes(), email.trim().to_lowercase().as_bytes()])
        });
        Self { account, address: from.map(|from| key(&[b"address", &network(from)])) }
    }
}

/// Whoever has one IPv6 address has a whole network of them.
fn network(address: IpAddr) -> Vec<u8> {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets()[..8].to_vec(),
    }
}

impl Throttle {
    pub(super) fn new() -> Self {
        let windows = Cache::builder().max_capacity(MOST).time_to_idle(WITHIN.saturating_add(LONGEST)).build();
        Self { windows }
    }

    fn with<T>(&self, key: [u8; 32], f: impl FnOnce(&mut Window) -> T) -> T {
        let window = self.windows.get_with(key, Arc::default);
        let mut window = window.lock().unwrap_or_else(PoisonError::into_inner);
        f(&mut window)
    }

    /// Refuses while somebody has to wait.
    pub(super) fn admit(&self, keys: &Keys, now: Instant) -> Result<()> {
        for (key, rule) in keys.rules() {
            let Some(window) = self.windows.get(&key) else { continue };
            let wait = window.lock().unwrap_or_else(PoisonError::into_inner).wait(now);
            if let Some(wait) = wait {
                return Err(too_many(rule, wait).into());
            }
        }
        Ok(())
    }

    /// Counts a failure.
    pub(super) fn failed(&self, keys: &Keys, now: Instant) {
        for (key, rule) in keys.rules() {
            self.with(key, |window| window.fail(rule, now));
        }
    }

    /// Whoever signed in had merely mistyped before. The address stays counted: others may be attacking from it.
    pub(super) fn succeeded(&self, keys: &Keys) {
        if let Some(key) = keys.account {
            self.windows.invalidate(&key);
        }
    }
}

impl Keys {
    fn rules(&self) -> impl Iterator<Item = ([u8; 32], Rule)> {
        let account = self.account.map(|key| (key, ACCOUNT));
        account.into_iter().chain(self.address.map(|key| (key, ADDRESS)))
    }
}

fn too_many(rule: Rule, wait: Duration) -> Refusal {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let mut refusal = Refusal::new(Kind::Throttled, codes::TOO_MANY_ATTEMPTS, "Too many failed attempts to sign in.")
        .fix(format!("Try again in {seconds} seconds."));
    refusal.extra = Some(json!({"retry_after": seconds, "limit": rule.failures}));
    refusal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(email: &str, address: &str) -> Keys {
        Keys::of(Some(("demo", email)), Some(address.parse().unwrap()))
    }

    fn refused(throttle: &Throttle, keys: &Keys, now: Instant) -> Refusal {
        throttle.admit(keys, now).unwrap_err().refusal().unwrap().clone()
    }

    #[test]
    fn five_failures_wait_and_each_further_one_waits_longer() {
        let (throttle, now) = (Throttle::new(), Instant::now());
        let ada = keys("ada@x.example", "10.0.0.1");
        for _ in 0..4 {
            throttle.failed(&ada, now);
            assert!(throttle.admit(&ada, now).is_ok());
        }
        throttle.failed(&ada, now);
        let refusal = refused(&throttle, &keys(" Ada@X.example", "10.0.0.2"), now);
        assert_eq!(
            (refusal.code.as_str(), refusal.extra.unwrap()["retry_after"].as_u64()),
            ("too_many_attempts", Some(30))
        );
        assert!(throttle.admit(&keys("bob@x.example", "10.0.0.1"), now).is_ok(), "others are not held up");
        let later = now + Duration::from_secs(31);
        assert!(throttle.admit(&ada, later).is_ok());
        throttle.failed(&ada, later);
        let refusal = refused(&throttle, &ada, later);
        assert_eq!(refusal.extra.unwrap()["retry_after"], 60);
        for _ in 0..40 {
            throttle.failed(&ada, later);
        }
        assert_eq!(refused(&throttle, &ada, later).extra.unwrap()["retry_after"], 900, "and never for ever");
        let much_later = later + WITHIN + Duration::from_secs(1);
        throttle.failed(&ada, much_later);
        assert!(throttle.admit(&ada, much_later).is_ok(), "old failures are forgotten");
    }

    #[test]
    fn a_success_forgives_the_account_and_not_the_address() {
        let (throttle, now) = (Throttle::new(), Instant::now());
        for i in 0..40 {
            let keys = keys(&format!("user{i}@x.example"), "2001:db8::1");
            throttle.failed(&keys, now);
            throttle.succeeded(&keys);
        }
        assert!(throttle.admit(&keys("new@x.example", "2001:db8::ffff"), now).is_err(), "the whole network waits");
        assert!(throttle.admit(&keys("new@x.example", "2001:db8:0:1::1"), now).is_ok());
    }

    #[test]
    fn unknown_accounts_are_counted_alike_and_memory_is_bounded() {
        let (throttle, now) = (Throttle::new(), Instant::now());
        for i in 0..1000 {
            throttle.failed(&Keys::of(Some(("nowhere", &i.to_string())), None), now);
        }
        throttle.windows.run_pending_tasks();
        assert!(throttle.windows.policy().max_capacity() == Some(MOST) && throttle.windows.entry_count() <= 1000);
    }
}
