//! What a gate is asked, and what it answers.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{Call, PreviewEffect};

/// What one or several calls are asked to do together.
#[derive(Debug, Clone)]
pub struct Plan {
    pub(super) calls: Vec<Call>,
    pub(super) single: bool,
}

impl Plan {
    /// A plan of one: answers carry the bare result.
    #[must_use]
    pub fn one(call: Call) -> Self {
        Self { calls: vec![call], single: true }
    }
    /// Several calls in one transaction, with one approval and one undo: answers carry a list of results.
    #[must_use]
    pub const fn of(calls: Vec<Call>) -> Self {
        Self { calls, single: false }
    }
    /// Its calls, in order.
    #[must_use]
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }
}

/// How a plan is submitted.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Run the real code and roll it back.
    pub dry_run: bool,
    /// The same key and body give the same answer, once.
    pub idempotency_key: Option<String>,
}

/// An approval as people see it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Approval")]
pub struct ApprovalRow {
    /// Its id: a decision names it, and nothing else.
    pub id: Uuid,
    /// What would happen, in a sentence.
    pub title: String,
    /// What would happen, line by line.
    pub effects: Vec<PreviewEffect>,
    /// What the calls would answer.
    pub result: Value,
    /// The calls that would run, references resolved.
    pub calls: Vec<Call>,
    /// `self`, or `role:NAME`.
    pub approver: String,
    /// A role that it was handed to: whoever holds it may decide as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegated_to: Option<String>,
    /// Whether the person who looks at it may decide it now.
    #[serde(default)]
    pub may_decide: bool,
    /// Who asked.
    pub maker: Uuid,
    /// Their name.
    #[serde(default)]
    pub maker_name: String,
    /// `pending`, `approved`, `rejected`, `superseded` or `expired`.
    #[schemars(extend("enum" = ["pending", "approved", "rejected", "superseded", "expired"]))]
    pub status: String,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
    /// After this it can no longer be decided.
    pub expires_at: DateTime<Utc>,
    /// Who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
    /// When it was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<DateTime<Utc>>,
    /// Why, if said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What people said about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub comments: Vec<ApprovalComment>,
}

/// What somebody said about an approval.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalComment {
    /// Who.
    pub author: String,
    /// What.
    pub text: String,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Which approvals are looked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inbox {
    /// `pending` unless told; `approved`, `rejected`, `superseded`, `expired` or `all`.
    pub status: Option<String>,
    /// `decision`: those that this person may decide now; `asked`: those that this person asked for; both unless told.
    pub r#for: Option<String>,
}

/// What the gate answers.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Answer {
    /// It happened (or was read).
    Done {
        /// The record of it; absent for reads. For a plan, of its first call.
        call_id: Option<Uuid>,
        /// The plan it was, to undo it as a whole.
        plan_id: Option<Uuid>,
        /// The answer of the call, or a list of them.
        result: Value,
        /// What happened, one sentence a call.
        sentences: Vec<String>,
        /// The call that takes it back, or a list of them.
        undo: Value,
    },
    /// It would happen like this.
    Preview {
        /// What would happen.
        effects: Vec<PreviewEffect>,
        /// What it would answer.
        result: Value,
        /// One sentence a call.
        sentences: Vec<String>,
    },
    /// It waits for somebody's yes.
    NeedsApproval {
        /// What to decide on.
        approval: ApprovalRow,
    },
    /// It was decided against.
    Rejected {
        /// What was decided on.
        approval: ApprovalRow,
    },
}

/// A person's decision on an approval.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Yes or no.
    pub decision: Verdict,
    /// Why, if said.
    #[serde(default)]
    pub note: Option<String>,
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Do it.
    Approve,
    /// Do not.
    Reject,
}
