//! Journals: the books in which entries are written.

pub mod archive;
pub mod create;
mod entity;
pub mod get;
pub mod list;
pub mod restore;
pub mod update;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cx, Entity as _, Error, Refusal, Result};
use uuid::Uuid;

pub use entity::Journal;

use crate::shared::{archived, code_taken, expect_other, set_archived};

/// What entries a journal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum JournalKind {
    /// Entries by hand, and what belongs nowhere else.
    General,
    /// Invoices and credit notes.
    Sales,
    /// Bills and debit notes.
    Purchases,
    /// Payments.
    Bank,
    /// Opening balances.
    Opening,
    /// What closes a fiscal year.
    Closing,
}

impl JournalKind {
    /// As the table holds it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Sales => "sales",
            Self::Purchases => "purchases",
            Self::Bank => "bank",
            Self::Opening => "opening",
            Self::Closing => "closing",
        }
    }
}

/// A journal as entries name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(extend("x-ref" = Journal::NAME))]
pub struct JournalName {
    /// Its id.
    pub id: Uuid,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

impl JournalName {
    pub(crate) fn of(id: Option<Uuid>, code: Option<String>, name: Option<String>) -> Option<Self> {
        Some(Self { id: id?, code: code?, name: name? })
    }
}

/// A journal.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct JournalView {
    /// Its id.
    pub id: Uuid,
    /// Counts changes; an update says which version it means.
    pub version: i32,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// general, sales, purchases, bank, opening or closing.
    #[serde(rename = "type")]
    #[schemars(with = "JournalKind")]
    pub kind: String,
    /// Whether documents of its kind are written here when nobody names a journal.
    pub is_default: bool,
    /// Whether it is out of use.
    pub archived: bool,
}

impl JournalView {
    fn label(&self) -> String {
        format!("{} {}", self.code, self.name)
    }
}

impl fmt::Display for JournalView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let archived = if self.archived { ", archived" } else { "" };
        write!(f, "{} {} ({}{archived}).", self.code, self.name, self.kind.replace('_', " "))
    }
}

/// The journal as it is now; absent and foreign are the same.
pub(crate) async fn view(cx: &mut Cx, id: Uuid) -> Result<JournalView> {
    let org = cx.org();
    sqlx::query_as!(
        JournalView,
        r#"select id, version, code, name, kind, is_default, archived_at is not null as "archived!" from journals where org_id = $1 and id = $2"#,
        org,
        id
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| Refusal::not_found("journal").into())
}

/// Takes the journal out of use, or back.
async fn set_archived(cx: &mut Cx, id: Uuid, archived: bool) -> Result<JournalView> {
    let before = view(cx, id).await?;
    expect_other(&before.label(), before.archived, archived)?;
    if archived && before.is_default {
        let detail = format!("{} is where entries of its kind are written unless told.", before.label());
        return Err(Refusal::conflict("journal_is_default", detail)
            .fix("The first journal of each kind stays; rename it instead.")
            .into());
    }
    set_archived!(cx, "journals", "journal", (id, before.version), archived)?;
    view(cx, id).await
}

/// What the database refuses of one, by name.
fn refused(error: sqlx::Error, code: &str) -> Error {
    match error.as_database_error().and_then(|e| e.constraint()) {
        Some("journal_code_unique") => code_taken("a journal", code).into(),
        _ => error.into(),
    }
}

/// The journal that somebody writes an entry in by hand: in use, and not the one that closes years.
pub(crate) async fn by_hand(cx: &mut Cx, id: Option<Uuid>) -> Result<()> {
    let Some(id) = id else { return Ok(()) };
    let journal = view(cx, id).await?;
    if journal.archived {
        return Err(archived(&journal.label(), "/journal").into());
    }
    if journal.kind == JournalKind::Closing.as_str() {
        let detail = format!("{} has what closes fiscal years, and nothing by hand.", journal.label());
        return Err(Refusal::invalid("closing_journal", "/journal", detail)
            .fix("Name another journal, or none.")
            .into());
    }
    Ok(())
}
