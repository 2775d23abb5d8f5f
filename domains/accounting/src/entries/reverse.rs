//! `accounting.entries.reverse`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_common::Money;
use steward_common::series::{Series, draw};
use steward_tools::{Call, Changes, Cx, Effect, Fact, Operation, Ref, Refusal, Result, call};
use uuid::Uuid;

use super::get::view;
use super::{Entry, EntryHead, EntryName, SOURCE};
use crate::posting::{self, Book, Leg, NewEntry, money};
use crate::{fiscal_years, opening_balances};

/// Reverse a posted journal entry that was made by hand.
///
/// An entry with the same lines on the other side is posted, once; both stay in the books. Entries of invoices and payments are taken back with their documents. A reversal can be reversed itself.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reverse {
    /// The entry to reverse: its number or id.
    pub id: Ref<Entry>,
    /// Date of the reversal. Today unless told, and not before the entry.
    pub date: Option<NaiveDate>,
    /// Why it is reversed.
    #[schemars(length(min = 1, max = 500))]
    pub reason: String,
}

/// The reversal.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reversed {
    /// The entry that was reversed.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// The entry that reverses it.
    pub reversal: EntryName,
    /// Date of the reversal.
    pub date: NaiveDate,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: String,
}

impl fmt::Display for Reversed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Journal entry {} of {} is reversed by {}: {}.",
            self.number,
            self.amount,
            self.reversal.number,
            self.reason.trim_end_matches('.')
        )
    }
}

impl Operation for Reverse {
    const NAME: &'static str = "accounting.entries.reverse";
    const EFFECT: Effect = Effect::Final;
    type Output = Reversed;

    async fn run(self, cx: &mut Cx) -> Result<Reversed> {
        let head = view(cx, self.id.id).await?.head;
        let number = reversible(&head)?.to_owned();
        let reason = self.reason.trim().to_owned();
        let date = self.date.unwrap_or_else(|| cx.today()).max(head.date);
        cx.fact(Fact { kind: "reversed", amount: Some(head.amount.minor) });
        let legs = posting::legs_of(cx, head.id).await?.into_iter().map(Leg::mirrored).collect();
        let [drawn] = draw(cx, [Series::Yearly("JE", date)]).await?;
        let memo = format!("Reversal of {number}: {reason}");
        let entry = NewEntry {
            id: None,
            number: &drawn,
            book: Book::General,
            date,
            memo: &memo,
            reference: head.reference.as_deref(),
            source: (SOURCE, head.id),
            reverses: Some(head.id),
            legs,
        };
        let id = posting::post(cx, entry).await?;
        let reversal = EntryName { id, number: drawn };
        Ok(Reversed { id: head.id, number, reversal, date, amount: money(cx, head.amount.minor), reason })
    }

    /// The reversal reversed: the books say again what the entry said.
    fn undo(&self, output: &Reversed, _: &Changes) -> Option<Call> {
        Some(call::<Self>(json!({ "id": output.reversal.id, "reason": format!("{} stands after all", output.number) })))
    }
}

/// The number of an entry that can be reversed by hand; else why it cannot, and what does it.
fn reversible(head: &EntryHead) -> Result<&str> {
    let Some(number) = head.number.as_deref() else {
        return Err(Refusal::conflict("not_posted", "A draft is not in the books.")
            .fix("Delete the draft instead.")
            .into());
    };
    if let Some(by) = &head.reversed_by {
        let detail = format!("{number} has been reversed already, by {}.", by.number);
        return Err(Refusal::conflict("already_reversed", detail)
            .fix("Draft and post a new entry, or reverse the reversal.")
            .into());
    }
    if [SOURCE, opening_balances::SOURCE].contains(&head.source.as_str()) {
        return Ok(number);
    }
    let document = head.source_number.as_deref().unwrap_or("its document");
    let way_out = match head.source.as_str() {
        "accounting.invoices" => format!("Credit {document} instead."),
        "accounting.payments" if head.reverses.is_none() => format!("Reverse the payment {document} instead."),
        "accounting.payments" => "Record the payment again instead.".to_owned(),
        "accounting.write_offs" => "Use accounting.write_offs.reverse instead.".to_owned(),
        "accounting.recurring" => "Use accounting.recurring.reverse instead.".to_owned(),
        "accounting.schedules" => "Use accounting.schedules.reverse instead.".to_owned(),
        "accounting.credit_notes" => "Write a new invoice instead.".to_owned(),
        fiscal_years::SOURCE if head.reverses.is_none() => "Reopen the fiscal year instead.".to_owned(),
        fiscal_years::SOURCE => "Close the fiscal year again instead.".to_owned(),
        _ => format!("Take {document} back instead."),
    };
    let detail = format!("{number} was posted by {document} and goes with it.");
    Err(Refusal::conflict("not_manual", detail).fix(way_out).into())
}
