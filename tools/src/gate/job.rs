//! A plan on its way through the gate, with everything that its run depends on.

use chrono::{DateTime, NaiveDate, Utc};
use sha2::{Digest, Sha256};
use steward_policies::Approver;
use uuid::Uuid;

use super::explain::Trail;
use super::{Inner, Options, Plan, shape};
use crate::cx::new_seed;
use crate::{Call, Caller, Effect, Refusal, Result, codes};

/// An idempotency key with what it stands for.
pub(super) struct Key {
    pub(super) key: String,
    pub(super) operation: String,
    pub(super) body_hash: Vec<u8>,
}

/// The moment and the dice of a run; an approval stores them, so that the same run happens again.
#[derive(Clone)]
pub(super) struct Start {
    pub(super) seed: [u8; 32],
    pub(super) now: DateTime<Utc>,
    pub(super) today: NaiveDate,
}

/// A person's yes that this run carries out.
pub(super) struct Approved {
    pub(super) approval: Uuid,
    pub(super) by: Uuid,
    pub(super) approver: Approver,
    pub(super) hash: Vec<u8>,
    pub(super) note: Option<String>,
}

impl Approved {
    /// Whose approval counts: another's yes stands for one's own, it is the stricter one.
    pub(super) fn approved_by(&self) -> Vec<String> {
        let mut by = vec![Approver::Myself.as_text()];
        if self.approver != Approver::Myself {
            by.push(self.approver.as_text());
        }
        by
    }
}

/// A plan on its way through the gate.
pub(super) struct Job {
    pub(super) caller: Caller,
    pub(super) calls: Vec<Call>,
    pub(super) single: bool,
    pub(super) dry_run: bool,
    pub(super) key: Option<Key>,
    pub(super) start: Start,
    pub(super) approved: Option<Approved>,
    /// For each call, the recorded call that it takes back.
    pub(super) undoes: Vec<Option<Uuid>>,
    /// Where judgements of the policies are noted, when somebody wants them explained.
    pub(super) trail: Option<Trail>,
}

impl Job {
    pub(super) fn new(inner: &Inner, caller: Caller, plan: Plan, options: Options) -> Result<Self> {
        let Plan { calls, single } = plan;
        if calls.is_empty() || calls.len() > shape::MAX_CALLS {
            let detail = format!("A plan has 1 to {} calls.", shape::MAX_CALLS);
            return Err(Refusal::invalid(codes::INVALID_INPUT, "/calls", detail).into());
        }
        let key = options.idempotency_key.map(|key| key_for(key, &calls, single)).transpose()?;
        let start = Start { seed: new_seed(), now: inner.clock.now(), today: inner.clock.today(caller.principal.zone) };
        let undoes = vec![None; calls.len()];
        Ok(Self { caller, calls, single, dry_run: options.dry_run, key, start, approved: None, undoes, trail: None })
    }
    pub(super) fn reads_only(&self, inner: &Inner) -> bool {
        self.calls.iter().all(|call| inner.catalogue.effect_of(&call.name) == Some(Effect::Read))
    }
}

fn key_for(key: String, calls: &[Call], single: bool) -> Result<Key> {
    if key.is_empty() || key.len() > 200 {
        return Err(Refusal::invalid(codes::INVALID_INPUT, "", "An Idempotency-Key has 1 to 200 characters.").into());
    }
    let operation = match calls {
        [only] if single => only.name.clone(),
        _ => "plan".to_owned(),
    };
    let mut body = serde_json::to_value(calls)?;
    body.sort_all_objects();
    Ok(Key { key, operation, body_hash: Sha256::digest(body.to_string().as_bytes()).to_vec() })
}
