//! The built-in planner: from a sentence to calls, over nothing but the catalogue.
//!
//! No model and no training: words of the request meet words of names, descriptions and field help (weighted by
//! how rare they are), typed spans fill typed fields, and what is required but missing becomes one question.
//! It knows no operation by name; what is added to the catalogue can be said at once.
//!
//! The path of a turn: `text` (tokens) → `spans` (names, dates, amounts stay whole) → `clauses` (one per command)
//! → `choose` (which operation) with `fill` (which arguments) → `plan`.

mod agree;
mod answer;
mod answering;
mod ask;
mod choose;
mod clauses;
mod dates;
mod derive;
mod extreme;
mod fill;
mod follow;
mod index;
mod labelled;
mod leftovers;
mod lexicon;
mod line;
mod lines;
mod months;
mod names;
mod numbers;
mod onto;
mod order;
mod page;
mod past;
mod periods;
mod plain;
mod question;
pub mod reading;
mod records;
mod rows;
mod said;
mod schema;
mod spans;
mod spell;
mod stem;
mod sums;
mod table;
mod talk;
mod text;
mod turn;
mod when;

#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::page::Page;

pub use answer::{answer, wants_more};
pub use ask::{Candidate, Pending, Wants, ask_candidates, found};
pub use index::Index;
pub use onto::OnPage;
pub(crate) use turn::resumed;
pub use turn::{plan, unheard};

/// What a call does to the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Can be undone.
    Write,
    /// Can only be compensated.
    Final,
}

/// What the planner may know of an operation: nothing but what the catalogue derives.
#[derive(Clone, Copy, Debug)]
pub struct Tool<'a> {
    /// `domain.entities.verb`.
    pub name: &'a str,
    /// Title line and paragraphs.
    pub description: &'a str,
    /// What a call does to the books.
    pub effect: Effect,
    /// JSON Schema of the arguments.
    pub input_schema: &'a Value,
    /// JSON Schema of the result.
    pub output_schema: &'a Value,
}

/// What a turn starts from.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The business day.
    pub today: NaiveDate,
    /// The operations this person may use.
    pub index: &'a Index,
    /// The company's currency, as `EUR`: an amount in another is never recorded as if it were in this.
    pub currency: &'a str,
    /// Our own question, still open.
    pub pending: Option<&'a Pending>,
    /// What the previous turn did.
    pub last: Option<&'a Last>,
    /// A proposal waits for a decision of this person.
    pub waiting: bool,
    /// The page that the person looks at.
    pub page: &'a Page,
    /// Our open question is about what the page is to show.
    pub paged: bool,
}

/// A call to make; a later one may refer to an earlier result by `{"$result":[0,"/id"]}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedCall {
    /// Name of the operation.
    pub name: String,
    /// Its arguments.
    pub arguments: Value,
}

/// What the previous turn did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Last {
    /// The calls, as planned.
    pub calls: Vec<PlannedCall>,
    /// Their results, as far as they were made (a preview's results count).
    pub results: Vec<Value>,
    /// Whether they were committed; false while they wait for an approval or were refused.
    pub done: bool,
}

impl Decision {
    /// The calls that would be made now, or after what is still open.
    pub fn calls(&self) -> impl Iterator<Item = &PlannedCall> {
        let decision = if let Self::Paged(inner) = self { inner } else { self };
        let (first, calls, page) = match decision {
            Self::Calls(calls) | Self::Revise(calls) => (None, calls.as_slice(), [].as_slice()),
            Self::Find { read, calls, .. } => (Some(read), calls.as_slice(), [].as_slice()),
            Self::Ask { pending, .. } => (None, pending.calls.as_slice(), [].as_slice()),
            Self::Page { doing, .. } => (None, [].as_slice(), doing.as_slice()),
            Self::Undo | Self::Say(_) | Self::Lost(_) | Self::Paged(_) => (None, [].as_slice(), [].as_slice()),
        };
        first.into_iter().chain(calls).chain(page.iter().filter_map(OnPage::call))
    }
}

/// What to do about a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Make these calls as one plan.
    Calls(Vec<PlannedCall>),
    /// Make these calls in place of those that were proposed before.
    Revise(Vec<PlannedCall>),
    /// Make this read first and give its output to [`found`] with the rest: a record was named by what belongs to it.
    Find {
        /// The look-up.
        read: PlannedCall,
        /// The plan that waits for it.
        calls: Vec<PlannedCall>,
        /// The call that needs the record.
        call: usize,
        /// Where the record belongs in its arguments.
        pointer: String,
        /// What the person said.
        text: String,
    },
    /// Ask, and keep `pending` for the next message.
    Ask {
        /// The question.
        question: String,
        /// What to keep.
        pending: Pending,
    },
    /// Ask the page to do this, and say so.
    Page {
        /// What it is to do.
        doing: Vec<OnPage>,
        /// What to say.
        say: String,
    },
    /// A question or a look-up whose calls are for the page.
    Paged(Box<Decision>),
    /// Undo what the previous turn did.
    Undo,
    /// Say this; nothing is called.
    Say(String),
    /// Not understood as anything these operations do; say this unless somebody knows better.
    Lost(String),
}
