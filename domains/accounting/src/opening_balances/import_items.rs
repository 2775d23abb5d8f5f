//! `accounting.balances.import_items`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_common::{Dec, Money};
use steward_directory::parties::{Party, PartyName};
use steward_tools::{Call, Changes, Cx, Effect, Fact, Operation, Ref, Result, call};
use uuid::Uuid;

use super::counted;
use super::items::checked;
use super::reverse_items;
use super::write::write;
use crate::documents::Side;
use crate::posting::money;
use crate::shared::kept;

/// Enter the open invoices and bills of the system before, all at once or none. Each becomes a posted document that can be paid.
///
/// They stand against the account of opening balances, without tax, each on its own date and with a number of ours beside its
/// old one. Taking it back credits all that were entered. Money that was paid in advance is not part of it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportItems {
    /// The day of the opening balances: no document is dated later. Today unless told.
    pub date: Option<NaiveDate>,
    /// The open documents.
    #[schemars(length(min = 1, max = 2000))]
    pub items: Vec<OpenItem>,
    /// Where they come from.
    #[schemars(length(max = 1000))]
    pub memo: Option<String>,
}

/// A document that is open in the system before.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct OpenItem {
    /// invoice: a customer owes it to us. bill: we owe it to a vendor.
    pub kind: ItemKind,
    /// The customer or vendor: name, number or id.
    pub party: Ref<Party>,
    /// Its number in the system before; of a bill, its vendor's number.
    #[schemars(length(min = 1, max = 100))]
    pub number: String,
    /// Its date, in an open period.
    pub date: NaiveDate,
    /// When it is due; by the party's payment terms unless told.
    pub due_date: Option<NaiveDate>,
    /// What is open of it, with tax, in its currency.
    pub amount: Dec,
    /// Its currency (ISO 4217); the company's unless told.
    #[schemars(length(min = 3, max = 3))]
    pub currency: Option<String>,
    /// Units of the company's currency for one of that; the rate of its date unless told.
    pub rate: Option<Dec>,
    /// A note on the document.
    #[schemars(length(max = 1000))]
    pub memo: Option<String>,
}

/// What is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum ItemKind {
    /// A customer owes it to us.
    Invoice,
    /// We owe it to a vendor.
    Bill,
}

impl ItemKind {
    pub(super) const fn side(self) -> Side {
        match self {
            Self::Invoice => Side::Sale,
            Self::Bill => Side::Purchase,
        }
    }
}

/// The documents.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Imported {
    /// The import; `accounting.balances.reverse_items` takes it back.
    pub id: Uuid,
    /// The day of the opening balances.
    pub date: NaiveDate,
    /// How many invoices there are.
    pub invoices: usize,
    /// What customers owe by them, in the company's currency.
    pub receivable: Money,
    /// How many bills there are.
    pub bills: usize,
    /// What we owe to vendors by them, in the company's currency.
    pub payable: Money,
    /// The documents, in the order given.
    pub documents: Vec<ImportedItem>,
}

/// A document as it was entered.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportedItem {
    /// Our number.
    pub number: String,
    /// Its number in the system before.
    pub old_number: String,
    /// The customer or vendor.
    pub party: PartyName,
    /// What is open of it.
    pub amount: Money,
}

impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { date, invoices, receivable, bills, payable, .. } = self;
        let told = counted((*invoices, receivable), (*bills, payable));
        write!(f, "Enter the open items of {date}: {told}.")
    }
}

impl Operation for ImportItems {
    const NAME: &'static str = "accounting.balances.import_items";
    const EFFECT: Effect = Effect::Final;
    type Output = Imported;

    async fn run(self, cx: &mut Cx) -> Result<Imported> {
        let date = self.date.unwrap_or_else(|| cx.today());
        let mut items = checked(cx, date, &self.items).await?;
        let of = |side: Side| items.iter().filter(move |item| item.side == side).map(|item| item.company);
        let (sales, purchases) = (of(Side::Sale).collect::<Vec<_>>(), of(Side::Purchase).collect::<Vec<_>>());
        let (receivable, payable): (i64, i64) = (sales.iter().sum(), purchases.iter().sum());
        cx.fact(Fact { kind: "entry_posted", amount: Some(receivable + payable) });
        let id = write(cx, (date, kept(self.memo.as_deref())), &mut items).await?;
        Ok(Imported {
            id,
            date,
            invoices: sales.len(),
            receivable: money(cx, receivable),
            bills: purchases.len(),
            payable: money(cx, payable),
            documents: items.into_iter().map(|item| item.told()).collect(),
        })
    }

    fn undo(&self, output: &Imported, _: &Changes) -> Option<Call> {
        let arguments = json!({ "id": output.id, "date": output.date, "reason": "Open items entered by mistake" });
        Some(call::<reverse_items::ReverseItems>(arguments))
    }
}
