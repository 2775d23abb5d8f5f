//! Dunning levels: how many days after its due date an invoice is asked for, in which words, and at which fee.

pub mod archive;
pub mod create;
mod entity;
pub mod get;
pub mod list;
pub mod restore;
pub mod update;

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use steward_common::{Dec, Money, round_to_minor};
use steward_tools::{Cx, OnConstraint, Refusal, Result, codes};
use uuid::Uuid;

use crate::posting::money;
use crate::shared::{expect_other, set_archived};
pub use entity::DunningLevel;

/// A dunning level.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DunningLevelView {
    /// Its id.
    pub id: Uuid,
    /// Counts changes; an update says which version it means.
    pub version: i32,
    /// Which of those in use it is, by their days: the first is 1. Nothing for an archived one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<i64>,
    /// What people call it.
    pub name: String,
    /// How many days an invoice is overdue then.
    pub days_overdue: i32,
    /// What is asked for beside the invoices; it is not in the books.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fee: Option<Money>,
    /// What the notice says.
    pub text: String,
    /// Whether it is out of use.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
}

impl fmt::Display for DunningLevelView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} days overdue", self.name, self.days_overdue)?;
        match &self.fee {
            Some(fee) => write!(f, ", fee {fee}."),
            None => write!(f, "."),
        }
    }
}

/// Dunning levels by their days: those in use, or the archived ones, or one whatever it is.
async fn rows(
    cx: &mut Cx,
    id: Option<Uuid>,
    archived: bool,
    after: Option<i32>,
    limit: i64,
) -> Result<Vec<DunningLevelView>> {
    let org = cx.org();
    let rows = sqlx::query!(
        r#"select l.id, l.version, l.name, l.days_overdue, l.fee, l.text, l.archived_at is not null as "archived!",
               case when l.archived_at is null then (select count(*) from dunning_levels b
                   where b.org_id = l.org_id and b.archived_at is null and b.days_overdue <= l.days_overdue) end as level
           from dunning_levels l
           where l.org_id = $1 and case when $2::uuid is null then (l.archived_at is not null) = $3 else l.id = $2 end
             and ($4::int is null or l.days_overdue > $4)
           order by l.days_overdue, l.id limit $5"#,
        org,
        id,
        archived,
        after,
        limit
    )
    .fetch_all(cx.db())
    .await?;
    let views = rows.into_iter().map(|row| DunningLevelView {
        id: row.id,
        version: row.version,
        level: row.level,
        name: row.name,
        days_overdue: row.days_overdue,
        fee: row.fee.map(|fee| money(cx, fee)),
        text: row.text,
        archived: row.archived,
    });
    Ok(views.collect())
}

/// The dunning level as it is now.
async fn view(cx: &mut Cx, id: Uuid) -> Result<DunningLevelView> {
    rows(cx, Some(id), false, None, 1).await?.pop().ok_or_else(|| Refusal::not_found("dunning level").into())
}

/// Takes a dunning level out of use, or back.
async fn set_archived(cx: &mut Cx, id: Uuid, archived: bool) -> Result<DunningLevelView> {
    let before = view(cx, id).await?;
    expect_other(&before.name, before.archived, archived)?;
    set_archived!(cx, "dunning_levels", "dunning level", (id, before.version), archived,
        "dunning_level_once" => || taken(before.days_overdue))?;
    view(cx, id).await
}

/// Another level in use has these days.
fn taken(days: i32) -> Refusal {
    let detail = format!("Another dunning level is at {days} days already.");
    Refusal::conflict("days_taken", detail).fix("Choose other days, or change or archive the one that has them.")
}

/// A fee in minor units; nothing where it is 0.
fn fee(cx: &Cx, fee: Dec) -> Result<Option<i64>> {
    if fee.0.is_sign_negative() && !fee.0.is_zero() {
        return Err(Refusal::invalid(codes::INVALID_INPUT, "/fee", "A fee is not negative.").into());
    }
    Ok(Some(round_to_minor(fee.0, cx.currency())?).filter(|minor| *minor > 0))
}
