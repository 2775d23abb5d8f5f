//! `accounting.dunning_notices.cancel`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cx, Effect, Operation, Ref, Refusal, Result};
use uuid::Uuid;

use super::{DunningNotice, NoticeStatus, NoticeView, view};

/// Cancel a dunning notice, such as when the customer had paid already.
///
/// Its invoices have not reached its level then: the next dunning run asks for them again, unless they are paid, disputed or settled.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cancel {
    /// The dunning notice: its number or id.
    pub id: Ref<DunningNotice>,
}

/// The notice as it is now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Cancelled(pub NoticeView);

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.", self.0)
    }
}

impl Operation for Cancel {
    const NAME: &'static str = "accounting.dunning_notices.cancel";
    const EFFECT: Effect = Effect::Write;
    const INSTEAD_OF_UNDO: &'static str =
        "Run dunning again (accounting.dunning_runs.run): it asks for what is still overdue.";
    type Output = Cancelled;

    async fn run(self, cx: &mut Cx) -> Result<Cancelled> {
        let before = view(cx, self.id.id).await?;
        if before.status == NoticeStatus::Cancelled {
            let detail = format!("{} is cancelled already.", before.number);
            return Err(Refusal::conflict("already_cancelled", detail).into());
        }
        cancel(cx, &[before.id]).await?;
        Ok(Cancelled(view(cx, before.id).await?))
    }
}

/// Cancels notices that stand, and their lines with them, unless later ones of the same invoices rest on them.
pub(crate) async fn cancel(cx: &mut Cx, ids: &[Uuid]) -> Result<()> {
    let (org, now) = (cx.org(), cx.now());
    let later = sqlx::query_scalar!(
        "select n.number from dunning_notice_lines l
         join dunning_notice_lines x on x.org_id = l.org_id and x.invoice_id = l.invoice_id and x.level_days > l.level_days and not x.cancelled
         join dunning_notices n on n.org_id = x.org_id and n.id = x.notice_id
         where l.org_id = $1 and l.notice_id = any ($2) order by n.date desc, n.number desc limit 1",
        org,
        ids
    )
    .fetch_optional(cx.db())
    .await?;
    if let Some(number) = later {
        let detail = format!("{number} asks for the same, more sharply.");
        return Err(Refusal::conflict("later_notice", detail).fix("Cancel that one first.").into());
    }
    sqlx::query!(
        "update dunning_notices set cancelled_at = $3 where org_id = $1 and id = any ($2) and cancelled_at is null",
        org,
        ids,
        now
    )
    .execute(cx.db())
    .await?;
    Ok(())
}
