//! The entries of a revaluation.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use steward_common::series::{Series, draw};
use steward_tools::{Cx, Result};
use uuid::Uuid;

use super::SOURCE;
use super::open::Restated;
use crate::posting::{self, Book, Leg, NewEntry, incomplete};

/// What is posted to the accounts, party by party, against what is earned and lost.
pub(super) async fn legs(cx: &mut Cx, restated: &[Restated]) -> Result<Vec<Leg>> {
    let mut moved: BTreeMap<(Uuid, Option<Uuid>, &str), (i64, Decimal)> = BTreeMap::new();
    let (mut gain, mut loss) = (0, 0);
    for one in restated {
        let key = (one.of.account, one.of.party, one.of.currency.as_str());
        moved.entry(key).or_insert((0, one.rate)).0 += one.earns();
        gain += one.earns().max(0);
        loss += (-one.earns()).max(0);
    }
    let [gains, losses] = accounts(cx).await?;
    let side = |account, party, amount: i64| {
        if amount > 0 { Leg::debit(account, party, amount) } else { Leg::credit(account, party, -amount) }
    };
    let mut legs: Vec<Leg> = (moved.into_iter())
        .map(|((account, party, currency), (amount, rate))| side(account, party, amount).in_currency(currency, 0, rate))
        .collect();
    if gain > 0 {
        legs.push(Leg::credit(gains.ok_or_else(|| incomplete("unrealised_gain"))?, None, gain));
    }
    if loss > 0 {
        legs.push(Leg::debit(losses.ok_or_else(|| incomplete("unrealised_loss"))?, None, loss));
    }
    Ok(legs)
}

/// The accounts of unrealised gains and losses, as far as the chart has them.
async fn accounts(cx: &mut Cx) -> Result<[Option<Uuid>; 2]> {
    let org = cx.org();
    let rows = sqlx::query!(
        r#"select id, purpose as "purpose!" from accounts where org_id = $1 and purpose in ('unrealised_gain', 'unrealised_loss')"#,
        org
    )
    .fetch_all(cx.db())
    .await?;
    Ok(["unrealised_gain", "unrealised_loss"]
        .map(|purpose| rows.iter().find(|row| row.purpose == purpose).map(|row| row.id)))
}

/// What an entry of a revaluation says beside its sides.
pub(super) struct About<'a> {
    pub(super) revaluation: Uuid,
    pub(super) date: NaiveDate,
    pub(super) memo: &'a str,
    pub(super) reverses: Option<Uuid>,
}

/// Posts one entry.
pub(super) async fn post(cx: &mut Cx, about: About<'_>, legs: Vec<Leg>) -> Result<Uuid> {
    let [number] = draw(cx, [Series::Yearly("JE", about.date)]).await?;
    let entry = NewEntry {
        id: None,
        number: &number,
        book: Book::General,
        date: about.date,
        memo: about.memo,
        reference: None,
        source: (SOURCE, about.revaluation),
        reverses: about.reverses,
        legs,
    };
    posting::post(cx, entry).await
}

/// The day on which a revaluation is taken back.
pub(super) fn day_after(date: NaiveDate) -> NaiveDate {
    date + Days::new(1)
}
