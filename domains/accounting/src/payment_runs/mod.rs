//! Payment runs: bills that are due, proposed together, approved by somebody else, and paid at once.

pub mod approve;
pub mod cancel;
pub mod create;
pub mod delete;
mod entity;
pub mod get;
pub mod list;
pub mod post;
mod propose;
pub mod reverse;
pub mod update;
mod view;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use steward_tools::{Cx, Refusal, Result};
use uuid::Uuid;

pub use entity::PaymentRun;
pub use view::{PaymentRunHead, PaymentRunLine, PaymentRunView, VendorTotal};

/// Where a payment run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum PaymentRunStatus {
    /// Proposed; can be changed and deleted.
    Draft,
    /// Somebody else has agreed; it can be posted.
    Approved,
    /// Its bills are paid.
    Posted,
    /// Its payments were taken back.
    Reversed,
    /// Given up before it was posted.
    Cancelled,
}

impl PaymentRunStatus {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Approved => "approved",
            Self::Posted => "posted",
            Self::Reversed => "reversed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// The run as it is, locked: of two that change, approve or post it, the second sees what the first did.
async fn locked(cx: &mut Cx, id: Uuid) -> Result<PaymentRunView> {
    let org = cx.org();
    sqlx::query!("select from payment_runs where org_id = $1 and id = $2 for update", org, id)
        .fetch_optional(cx.db())
        .await?;
    view::view(cx, id).await
}

/// The run is in this state, else a refusal.
fn expect(run: &PaymentRunView, status: PaymentRunStatus) -> Result<()> {
    if run.head.status == status.as_str() {
        return Ok(());
    }
    let detail = format!("{} is {}.", run.head.title(), run.head.status);
    let refusal = match status {
        PaymentRunStatus::Draft => Refusal::conflict("not_draft", detail).fix(match run.head.status.as_str() {
            "approved" => "Cancel it (accounting.payment_runs.cancel) and propose a new one.",
            _ => "Propose a new one (accounting.payment_runs.create).",
        }),
        PaymentRunStatus::Posted => {
            Refusal::conflict("not_posted", detail).fix("Only a run that is posted is reversed.")
        }
        _ => Refusal::conflict("not_approved", detail).fix(match run.head.status.as_str() {
            "draft" => "Somebody else approves it first (accounting.payment_runs.approve).",
            _ => "Propose a new one (accounting.payment_runs.create).",
        }),
    };
    Err(refusal.into())
}

/// The arguments that propose the same again.
fn again(run: &PaymentRunView) -> Value {
    let bills: Vec<Value> = run.lines.iter().map(PaymentRunLine::argument).collect();
    let currency = &run.head.total.currency;
    let mut arguments = Map::new();
    arguments.insert("date".into(), json!(run.head.date));
    arguments.insert("currency".into(), json!(currency));
    arguments.insert("bills".into(), json!(bills));
    arguments.extend(run.head.bank_account.as_ref().map(|account| ("bank_account".to_owned(), json!(account.id))));
    Value::Object(arguments)
}
