//! The lines of an entry that somebody writes by hand, and what is wrong with them.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Deserialize;
use steward_common::{Dec, Money, round_to_minor};
use steward_directory::parties::Party;
use steward_tools::{Cx, Ref, Refusal, Result, codes};
use uuid::Uuid;

use crate::accounts::Account;
use crate::dimensions::{self, Dimension, DimensionKind};
use crate::posting::{Leg, control_account};
use crate::shared::archived;

/// One line: an account with a debit or a credit.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct EntryLine {
    /// The account: its code, name or id.
    pub account: Ref<Account>,
    /// Amount in debit; a line has a debit or a credit, not both.
    pub debit: Option<Dec>,
    /// Amount in credit.
    pub credit: Option<Dec>,
    /// The customer or vendor that the line is about, where it is about one: name, number or id.
    pub party: Option<Ref<Party>>,
    /// What this line is about.
    #[schemars(length(max = 500))]
    pub memo: Option<String>,
    /// The cost centre it belongs to: code, name or id.
    pub dimension: Option<Ref<Dimension>>,
    /// The project it belongs to: code, name or id.
    pub project: Option<Ref<Dimension>>,
}

/// The sides of an entry; `/lines/N/…` says which line is wrong. At least two lines, one side each, in balance (A1).
pub(crate) async fn sides(cx: &mut Cx, lines: &[EntryLine]) -> Result<Vec<Leg>> {
    if lines.len() < 2 {
        return Err(Refusal::invalid("too_few_lines", "/lines", "An entry has at least two lines.")
            .fix("Say which account is debited and which is credited.")
            .into());
    }
    let legs = unbalanced_sides(cx, lines).await?;
    balanced(&legs, cx.currency())?;
    Ok(legs)
}

/// One side each, on accounts that may be posted to by hand; whether they balance is for the caller to see to.
pub(crate) async fn unbalanced_sides(cx: &mut Cx, lines: &[EntryLine]) -> Result<Vec<Leg>> {
    let currency = cx.currency().to_owned();
    let legs: Vec<Leg> = lines.iter().enumerate().map(|(i, line)| side(line, i, &currency)).collect::<Result<_>>()?;
    known(cx, &legs).await?;
    Ok(legs)
}

fn side(line: &EntryLine, i: usize, currency: &str) -> Result<Leg> {
    let debit = minor(line.debit, &format!("/lines/{i}/debit"), currency)?;
    let credit = minor(line.credit, &format!("/lines/{i}/credit"), currency)?;
    if (debit == 0) == (credit == 0) {
        let what = if debit == 0 { "neither a debit nor a credit" } else { "a debit and a credit" };
        let detail = format!("Line {} has {what}.", i + 1);
        return Err(Refusal::invalid("one_side_only", &format!("/lines/{i}"), detail)
            .fix("Give each line a debit or a credit; write two lines where an account has both.")
            .into());
    }
    let memo = line.memo.as_deref().map(str::trim).filter(|memo| !memo.is_empty()).map(str::to_owned);
    Ok(Leg {
        account: line.account.id,
        party: line.party.map(|party| party.id),
        debit,
        credit,
        memo,
        dimension: line.dimension.map(|dimension| dimension.id),
        project: line.project.map(|project| project.id),
        ..Leg::default()
    })
}

/// An amount in minor units; absent and zero are no amount.
fn minor(amount: Option<Dec>, pointer: &str, currency: &str) -> Result<i64> {
    let Some(Dec(amount)) = amount else { return Ok(0) };
    if amount < Decimal::ZERO {
        return Err(Refusal::invalid("negative_amount", pointer, "A debit or credit is not negative.")
            .fix("Write the amount on the other side.")
            .into());
    }
    let minor = round_to_minor(amount, currency)?;
    if Money::new(minor, currency).decimal() != amount {
        let detail = format!("{amount} has more digits behind the point than {currency} has.");
        return Err(Refusal::invalid("too_precise", pointer, detail).fix("Round the amount.").into());
    }
    Ok(minor)
}

/// Accounts and parties that exist, and accounts that may be posted to by hand.
pub(crate) async fn known(cx: &mut Cx, legs: &[Leg]) -> Result<()> {
    let org = cx.org();
    let accounts: Vec<Uuid> = legs.iter().map(|leg| leg.account).collect();
    let parties: Vec<Uuid> = legs.iter().filter_map(|leg| leg.party).collect();
    let rows = sqlx::query_as!(
        Known,
        r#"select id as "id!", code || ' ' || name as "label!", control is not null as "control!", heading as "heading!", archived_at is not null as "archived!"
           from accounts where org_id = $1 and id = any ($2)
           union all
           select id, '', false, false, false from parties where org_id = $1 and id = any ($3)"#,
        org,
        &accounts,
        &parties
    )
    .fetch_all(cx.db())
    .await?;
    let found: BTreeMap<Uuid, Known> = rows.into_iter().map(|row| (row.id, row)).collect();
    let mut named = Vec::new();
    for (i, leg) in legs.iter().enumerate() {
        let missing = |field: &str| {
            Refusal::invalid(codes::NOT_FOUND, &format!("/lines/{i}/{field}"), format!("There is no such {field}."))
        };
        found.get(&leg.account).ok_or_else(|| missing("account"))?.takes_postings(i)?;
        if leg.party.is_some_and(|party| !found.contains_key(&party)) {
            return Err(missing("party").into());
        }
        named.extend(leg.dimension.map(|id| (id, DimensionKind::CostCentre, format!("/lines/{i}/dimension"))));
        named.extend(leg.project.map(|id| (id, DimensionKind::Project, format!("/lines/{i}/project"))));
    }
    dimensions::expect(cx, &named).await.map(drop)
}

/// An account, or a party, that a line names.
struct Known {
    id: Uuid,
    label: String,
    control: bool,
    heading: bool,
    archived: bool,
}

impl Known {
    fn takes_postings(&self, i: usize) -> Result<()> {
        let pointer = format!("/lines/{i}/account");
        if self.control {
            return Err(control_account(&self.label).into());
        }
        if self.heading {
            let detail = format!("{} gathers accounts and is not posted to.", self.label);
            return Err(Refusal::invalid("heading_account", &pointer, detail).fix("Name an account under it.").into());
        }
        if self.archived {
            return Err(archived(&self.label, &pointer).into());
        }
        Ok(())
    }
}

fn balanced(legs: &[Leg], currency: &str) -> Result<()> {
    let (debit, credit) = legs.iter().fold((0, 0), |(d, c), leg| (d + leg.debit, c + leg.credit));
    let side = match debit.cmp(&credit) {
        Ordering::Equal => return Ok(()),
        Ordering::Less => "debit",
        Ordering::Greater => "credit",
    };
    let [debits, credits, missing] = [debit, credit, (debit - credit).abs()].map(|minor| Money::new(minor, currency));
    let detail = format!("Debits are {debits}, credits {credits}: {missing} are missing in {side}.");
    Err(Refusal::invalid("unbalanced", "/lines", detail)
        .fix("Correct an amount, or add the line that is missing.")
        .into())
}
