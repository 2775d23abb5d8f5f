//! Journal entries: drafted by hand and posted, or posted by the documents they come from.

pub mod create;
pub mod delete;
mod entity;
pub mod get;
pub(crate) mod lines;
pub mod list;
pub mod post;
pub mod reverse;
pub mod update;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_tools::Entity;
use uuid::Uuid;

use crate::journals::JournalName;

pub use entity::Entry;
pub use lines::EntryLine;
pub(crate) use lines::unbalanced_sides;

/// What entries made by hand name as their source.
const SOURCE: &str = "accounting.entries";

/// Where an entry stands.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum EntryStatus {
    /// Prepared by hand; not in the books yet.
    Draft,
    /// In the books.
    Posted,
    /// In the books, and taken back by another entry.
    Reversed,
}

impl EntryStatus {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Posted => "posted",
            Self::Reversed => "reversed",
        }
    }
}

/// Another entry, as this one names it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(extend("x-ref" = Entry::NAME))]
pub struct EntryName {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: String,
}

impl EntryName {
    pub(crate) fn of(id: Option<Uuid>, number: Option<String>) -> Option<Self> {
        Some(Self { id: id?, number: number? })
    }
}

/// An entry without its lines.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EntryHead {
    /// Its id.
    pub id: Uuid,
    /// Its number (`JE-2026-00042`), given at posting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// draft, posted or reversed.
    #[schemars(with = "EntryStatus")]
    pub status: String,
    /// Counts changes of a draft; an update says which version it means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i32>,
    /// Accounting date.
    pub date: NaiveDate,
    /// The journal it is written in; that of its kind unless told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journal: Option<JournalName>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memo: Option<String>,
    /// Number of the receipt or paper behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Sum of its debits, which is the sum of its credits.
    pub amount: Money,
    /// What it comes from: `accounting.entries` is by hand, else the kind of document.
    pub source: String,
    /// The id of the document it comes from.
    pub source_id: Uuid,
    /// The number of that document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_number: Option<String>,
    /// The entry that this one reverses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reverses: Option<EntryName>,
    /// The entry that reverses this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reversed_by: Option<EntryName>,
}

impl EntryHead {
    /// `JE-2026-00042`, or what a draft is called.
    fn title(&self) -> &str {
        self.number.as_deref().unwrap_or("The draft entry")
    }
    /// `: office rent`, where it says what it is about.
    fn about(&self) -> String {
        self.memo.as_ref().map(|memo| format!(": {}", memo.trim_end_matches('.'))).unwrap_or_default()
    }
}

/// A row of `entry_states`.
struct HeadRow {
    id: Uuid,
    number: Option<String>,
    state: String,
    date: NaiveDate,
    memo: Option<String>,
    reference: Option<String>,
    amount: i64,
    source: String,
    source_id: Uuid,
    source_number: Option<String>,
    reverses: Option<Uuid>,
    reverses_number: Option<String>,
    reversed_by: Option<Uuid>,
    reversed_by_number: Option<String>,
    version: Option<i32>,
    journal_id: Option<Uuid>,
    journal_code: Option<String>,
    journal_name: Option<String>,
}

impl HeadRow {
    fn head(self, currency: &str) -> EntryHead {
        EntryHead {
            id: self.id,
            number: self.number,
            status: self.state,
            version: self.version,
            date: self.date,
            journal: JournalName::of(self.journal_id, self.journal_code, self.journal_name),
            memo: self.memo.filter(|memo| !memo.is_empty()),
            reference: self.reference,
            amount: Money::new(self.amount, currency),
            source: self.source,
            source_id: self.source_id,
            source_number: self.source_number,
            reverses: EntryName::of(self.reverses, self.reverses_number),
            reversed_by: EntryName::of(self.reversed_by, self.reversed_by_number),
        }
    }
}
