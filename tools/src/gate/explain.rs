//! Why the policies answer as they do: the same judgements as a real call, told instead of carried out.

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use steward_policies::{Judgement, Verdict};

use super::job::Job;
use super::{Gate, Options, Plan, run};
use crate::{Call, Caller, Error, Fact, Refusal, Result};

/// What one question to the policies came to.
#[derive(Debug, Clone, Serialize)]
pub struct Judged {
    /// The fact it was about: its kind, amount and limit in minor units of the company's currency; none is the bare permission.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fact: Option<JudgedFact>,
    /// `allow`, `deny`, or who has to approve (`self`, `role:controller`).
    pub verdict: String,
    /// The policies that decided, by their `@id`; none where nothing permits it.
    pub policies: Vec<String>,
    /// Policies that failed to evaluate, which denies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<String>,
}

/// A fact as it was judged.
#[derive(Debug, Clone, Serialize)]
pub struct JudgedFact {
    /// What happens.
    pub kind: &'static str,
    /// How much.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// The organisation's limit for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
}

/// Why a call would be allowed, asked about or denied.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// The operation.
    pub operation: String,
    /// The groups of rights it belongs to.
    pub groups: Vec<String>,
    /// Who asks.
    pub person: String,
    /// Their roles.
    pub roles: Vec<String>,
    /// The surface.
    pub surface: &'static str,
    /// What it comes to.
    pub verdict: String,
    /// Each question, in order: the bare permission, then one for each fact that the call states.
    pub judged: Vec<Judged>,
    /// Why the facts could not all be had: the call would be refused for another reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
}

/// Where judgements are noted while somebody wants them explained.
pub(super) type Trail = Arc<Mutex<Vec<(Judged, Verdict)>>>;

impl Job {
    /// Notes a judgement where somebody wants to know, and hands its verdict on.
    pub(super) fn noted(&self, judgement: Judgement, fact: Option<&Fact>) -> Verdict {
        let Judgement { verdict, policies, failed } = judgement;
        if let Some(trail) = &self.trail {
            let limit = |fact: &Fact| self.caller.principal.limits.get(fact.kind).copied();
            let fact = fact.map(|fact| JudgedFact { kind: fact.kind, amount: fact.amount, limit: limit(fact) });
            let judged = Judged { fact, verdict: word(&verdict), policies, failed };
            trail.lock().unwrap_or_else(PoisonError::into_inner).push((judged, verdict.clone()));
        }
        verdict
    }
}

fn word(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Allow => "allow".to_owned(),
        Verdict::Deny => "deny".to_owned(),
        Verdict::NeedsApproval(approver) => approver.as_text(),
    }
}

impl Gate {
    /// Explains what the policies say to a call: asked of the policies themselves, with the facts that the call states when
    /// it is run and rolled back.
    pub async fn explain(&self, caller: &Caller, call: Call) -> Result<Explanation> {
        let inner = &self.inner;
        let entry = inner.entry(&call.name)?;
        let mut explanation = Explanation {
            operation: entry.name().to_owned(),
            groups: entry.groups().to_vec(),
            person: caller.principal.email.clone(),
            roles: caller.principal.roles.clone(),
            surface: caller.surface.as_str(),
            verdict: String::new(),
            judged: Vec::new(),
            refusal: None,
        };
        let trail = Trail::default();
        let mut job =
            Job::new(inner, caller.clone(), Plan::one(call), Options { dry_run: true, ..Options::default() })?;
        job.trail = Some(trail.clone());
        if inner.may(caller, entry)? {
            explanation.refusal = refused(run::to_the_end(inner, &job).await)?;
        } else {
            job.noted(inner.judge(caller, entry.name(), &[], None)?, None);
        }
        let judged = std::mem::take(&mut *trail.lock().unwrap_or_else(PoisonError::into_inner));
        let verdict = judged.iter().fold(Verdict::Allow, |all, (_, one)| all.and(one.clone()));
        explanation.verdict = word(&verdict);
        explanation.judged = judged.into_iter().map(|(judged, _)| judged).collect();
        Ok(explanation)
    }
}

fn refused<T>(answer: Result<T>) -> Result<Option<Refusal>> {
    match answer {
        Ok(_) => Ok(None),
        Err(Error::Refused(refusal)) => Ok(Some(*refusal)),
        Err(other) => Err(other),
    }
}
