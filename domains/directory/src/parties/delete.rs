//! `directory.parties.delete`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use steward_tools::{Call, Changes, Cx, Effect, Kind, Mask, OnConstraint, Operation, Ref, Refusal, Result, call};

use super::details::{BANK_DETAILS, PartyDetails};
use super::{BankAccounts, Party, PartyView, TaxIds, create};

/// Delete a party that nothing uses yet.
///
/// A party that stands on a document stays, since the books must be able to name it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delete {
    /// The party: its id, number or name.
    pub id: Ref<Party>,
}

/// The party that was.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Deleted {
    /// As it was.
    #[serde(flatten)]
    pub party: PartyView,
    #[serde(skip)]
    before: PartyDetails,
}

impl fmt::Display for Deleted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Deleted party {} {}.", self.party.number, self.party.name)
    }
}

impl Operation for Delete {
    const NAME: &'static str = "directory.parties.delete";
    const EFFECT: Effect = Effect::Write;
    type Output = Deleted;

    async fn run(self, cx: &mut Cx) -> Result<Deleted> {
        let before = PartyDetails::load(cx, self.id.id).await?;
        let party = before.party.clone();
        let (tax, bank) = (!before.tax_ids.value.is_empty(), !before.bank_accounts.value.is_empty());
        if (tax && !cx.sees(TaxIds::NAME)) || (bank && !cx.sees(BankAccounts::NAME)) {
            let detail =
                format!("{} has tax or bank data that you may not see: it is not deleted blindly.", party.name);
            return Err(Refusal::new(Kind::Forbidden, "hidden_details", detail)
                .fix("Archive it instead, or ask somebody who keeps the books.")
                .into());
        }
        if bank {
            cx.fact(BANK_DETAILS);
        }
        let org = cx.org();
        sqlx::query!(
            "with a as (delete from party_addresses where org_id = $1 and party_id = $2),
                  c as (delete from party_contacts where org_id = $1 and party_id = $2),
                  t as (delete from party_tax_ids where org_id = $1 and party_id = $2)
             delete from party_bank_accounts where org_id = $1 and party_id = $2",
            org,
            party.id
        )
        .execute(cx.db())
        .await?;
        sqlx::query!("delete from parties where org_id = $1 and id = $2", org, party.id)
            .execute(cx.db())
            .await
            .on_reference(|| {
                Refusal::conflict("in_use", format!("{} stands on documents and stays.", party.name)) // X8
                    .fix("Archive it instead (directory.parties.archive): it leaves the lists and keeps its documents.")
            })?;
        Ok(Deleted { party, before })
    }

    /// The same party again with all its parts, under a new number.
    fn undo(&self, output: &Deleted, _: &Changes) -> Option<Call> {
        let was = &output.before;
        let mut party = serde_json::to_value(was).ok()?;
        if let Some(limit) = &was.credit_limit {
            party["credit_limit"] = limit.decimal().normalize().to_string().into();
        }
        let keep = ["name", "kinds", "email", "phone", "currency", "credit_limit"];
        let lists = ["addresses", "contacts", "tax_ids", "bank_accounts"];
        let mut arguments = Map::new();
        for (field, value) in party.as_object_mut()? {
            match value {
                Value::Array(items) if lists.contains(&field.as_str()) => {
                    items.iter_mut().filter_map(Value::as_object_mut).for_each(|item| drop(item.remove("id")));
                    if !items.is_empty() {
                        arguments.insert(field.clone(), value.take());
                    }
                }
                _ if keep.contains(&field.as_str()) => drop(arguments.insert(field.clone(), value.take())),
                _ => {}
            }
        }
        Some(call::<create::Create>(Value::Object(arguments)))
    }
}
