//! `accounting.party_terms.update`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use steward_directory::parties::Party;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call, codes};

use super::{PartyTermsView, view};
use crate::documents::CreditControl;
use crate::payment_terms::{PaymentTerm, applied};
use crate::tax_positions::TaxPosition;

/// Agree on the tax position, the payment terms or the credit control of a party, or let its tax position be found by country and tax id again.
///
/// What is left out stays as it is. It holds for new lines that name no tax code, and new documents that name no due date; documents that are written already stay as they are.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The party: its name, number or id.
    pub id: Ref<Party>,
    /// The tax position that holds for it whatever its country and tax id.
    pub tax_position: Option<Ref<TaxPosition>>,
    /// Forget the tax position that was agreed.
    pub without_tax_position: Option<bool>,
    /// The payment terms by which its documents are due.
    pub payment_terms: Option<Ref<PaymentTerm>>,
    /// Forget the payment terms that were agreed: the company's default holds.
    pub without_payment_terms: Option<bool>,
    /// What becomes of an invoice that takes the customer over its credit limit: blocked until a controller agrees, or only a warning.
    pub credit_control: Option<CreditControl>,
    /// Whether dunning runs leave it alone.
    pub no_dunning: Option<bool>,
}

/// What is agreed now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Updated {
    /// As it is now.
    #[serde(flatten)]
    pub terms: PartyTermsView,
    #[serde(skip)]
    before: Box<PartyTermsView>,
}

impl fmt::Display for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Changed terms of {}", self.terms)
    }
}

impl Operation for Update {
    const NAME: &'static str = "accounting.party_terms.update";
    const EFFECT: Effect = Effect::Write;
    type Output = Updated;

    async fn run(self, cx: &mut Cx) -> Result<Updated> {
        let party = self.id.id;
        let before = Box::new(view(cx, party).await?);
        let without = [self.without_tax_position == Some(true), self.without_payment_terms == Some(true)];
        let given = [self.tax_position.is_some(), self.payment_terms.is_some()];
        let touched =
            [given[0] || without[0], given[1] || without[1], self.credit_control.is_some(), self.no_dunning.is_some()];
        if touched == [false; 4] || (given[0] && without[0]) || (given[1] && without[1]) {
            let detail =
                "Name the tax position, payment terms, credit control or dunning, or say that there are none any more.";
            return Err(Refusal::invalid(codes::INVALID_INPUT, "/tax_position", detail).into());
        }
        if let Some(terms) = self.payment_terms {
            applied(cx, Some(terms.id), party).await?;
        }
        let (org, id, now) = (cx.org(), cx.id(), cx.now());
        sqlx::query!(
            "insert into party_terms as t (org_id, id, party_id, tax_position_id, payment_term_id, credit_control, no_dunning, created_at, updated_at)
             values ($1, $2, $3, $4, $5, coalesce($9, 'block'), coalesce($10, false), $6, $6)
             on conflict on constraint party_terms_once do update set
                 tax_position_id = case when $7 then excluded.tax_position_id else t.tax_position_id end,
                 payment_term_id = case when $8 then excluded.payment_term_id else t.payment_term_id end,
                 credit_control = coalesce($9, t.credit_control), no_dunning = coalesce($10, t.no_dunning), version = t.version + 1, updated_at = excluded.updated_at",
            org,
            id,
            party,
            self.tax_position.map(|position| position.id),
            self.payment_terms.map(|terms| terms.id),
            now,
            touched[0],
            touched[1],
            self.credit_control.map(CreditControl::as_str),
            self.no_dunning
        )
        .execute(cx.db())
        .await?;
        Ok(Updated { terms: view(cx, party).await?, before })
    }

    fn undo(&self, output: &Updated, _: &Changes) -> Option<Call> {
        let before = &output.before;
        let mut arguments = Map::from_iter([("id".to_owned(), json!(output.terms.party.id))]);
        let mut back = |touched: bool, field: &str, was: Option<Value>| {
            if touched {
                let (field, value) =
                    was.map_or((format!("without_{field}"), json!(true)), |was| (field.to_owned(), was));
                arguments.insert(field, value);
            }
        };
        let (position, terms) = (self.tax_position.is_some(), self.payment_terms.is_some());
        let was_position = before.tax_position.as_ref().map(|position| json!(position));
        back(position || self.without_tax_position == Some(true), "tax_position", was_position);
        let was_terms = before.payment_terms.as_ref().map(|terms| json!(terms));
        back(terms || self.without_payment_terms == Some(true), "payment_terms", was_terms);
        if self.credit_control.is_some() {
            arguments.insert("credit_control".to_owned(), json!(before.credit_control));
        }
        if self.no_dunning.is_some() {
            arguments.insert("no_dunning".to_owned(), json!(before.no_dunning));
        }
        Some(call::<Self>(Value::Object(arguments)))
    }
}
