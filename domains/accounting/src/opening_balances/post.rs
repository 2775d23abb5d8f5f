//! `accounting.balances.import`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_common::Money;
use steward_common::series::{Series, draw};
use steward_tools::{Call, Changes, Cx, Effect, Error, Fact, Operation, Refusal, Result, call};

use super::SOURCE;
use crate::entries::get::{EntryView, view};
use crate::entries::{EntryLine, reverse, unbalanced_sides};
use crate::posting::{self, Book, Leg, NewEntry, account_for};

/// Post the opening balances that a company brings from the system before, as one entry.
///
/// What customers owe and what vendors are owed is not part of it: `accounting.balances.import_items` enters their open documents.
/// `accounting.reports.import_tie_out` shows whether the books agree; `accounting.entries.reverse` takes it back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// The day whose balances these are, in an open period: usually the last before the first day here.
    pub date: NaiveDate,
    /// Accounts with their balance in debit or credit.
    #[schemars(length(min = 1, max = 2000))]
    pub lines: Vec<EntryLine>,
    /// Post what debits and credits differ by to the account of opening balances. Without this they must be equal.
    pub balance_to_opening: Option<bool>,
    /// Where the balances come from.
    #[schemars(length(max = 1000))]
    pub memo: Option<String>,
}

/// The entry.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Posted(pub EntryView);

impl fmt::Display for Posted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (head, lines) = (&self.0.head, self.0.lines.len());
        let number = head.number.as_deref().unwrap_or_default();
        write!(f, "Post opening balances {number} of {} dated {}: {lines} lines.", head.amount, head.date)
    }
}

impl Operation for Post {
    const NAME: &'static str = "accounting.balances.import";
    const EFFECT: Effect = Effect::Final;
    type Output = Posted;

    async fn run(self, cx: &mut Cx) -> Result<Posted> {
        let mut legs = unbalanced_sides(cx, &self.lines).await.map_err(documents_instead)?;
        let difference: i64 = legs.iter().map(|leg| leg.debit - leg.credit).sum();
        match (difference, self.balance_to_opening == Some(true)) {
            (0, _) => {}
            (difference, true) => legs.push(rest(account_for(cx, "opening").await?, difference)),
            (difference, false) => return Err(unbalanced(difference, cx.currency()).into()),
        }
        cx.fact(Fact { kind: "entry_posted", amount: Some(legs.iter().map(|leg| leg.debit).sum()) });
        let id = cx.id();
        let [number] = draw(cx, [Series::Yearly("JE", self.date)]).await?;
        let memo = self.memo.as_deref().map(str::trim).filter(|memo| !memo.is_empty());
        let entry = NewEntry {
            id: Some(id),
            number: &number,
            book: Book::Opening,
            date: self.date,
            memo: memo.unwrap_or("Opening balances"),
            reference: None,
            source: (SOURCE, id),
            reverses: None,
            legs,
        };
        posting::post(cx, entry).await?;
        Ok(Posted(view(cx, id).await?))
    }

    fn undo(&self, output: &Posted, _: &Changes) -> Option<Call> {
        let head = &output.0.head;
        let arguments = json!({ "id": head.id, "date": head.date, "reason": "Opening balances posted by mistake" });
        Some(call::<reverse::Reverse>(arguments))
    }
}

/// The side that is missing.
fn rest(account: uuid::Uuid, difference: i64) -> Leg {
    if difference > 0 { Leg::credit(account, None, difference) } else { Leg::debit(account, None, -difference) }
}

fn unbalanced(difference: i64, currency: &str) -> Refusal {
    let side = if difference > 0 { "credit" } else { "debit" };
    let detail = format!("{} are missing in {side}.", Money::new(difference.abs(), currency));
    Refusal::invalid("unbalanced", "/lines", detail)
        .fix("Add the account that is missing, or post the difference to opening balances with balance_to_opening.")
}

/// What is open with a party is a document, so that it can be paid.
fn documents_instead(error: Error) -> Error {
    match error {
        Error::Refused(refusal) if refusal.code == "control_account" => {
            refusal.fix("Import what is open as invoices and bills (accounting.balances.import_items).").into()
        }
        other => other,
    }
}
