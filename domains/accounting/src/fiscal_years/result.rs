//! The result of a fiscal year: what its income and expense accounts hold, and the entry that carries it.

use steward_common::series::{Series, draw};
use steward_tools::{Cx, Kind, Refusal, Result, codes};
use uuid::Uuid;

use super::{SOURCE, YearHead};
use crate::entries::EntryName;
use crate::periods::hold_books;
use crate::posting::{self, Book, Leg, NewEntry, account_for};

/// What one income or expense account holds of the year; debit is positive.
struct Held {
    account: Uuid,
    amount: i64,
}

async fn held(cx: &mut Cx, year: &YearHead) -> Result<Vec<Held>> {
    let org = cx.org();
    let rows = sqlx::query_as!(
        Held,
        r#"select a.id as account, l.amount as "amount!"
           from accounts a join lateral (
               select coalesce(sum(l.debit - l.credit), 0)::bigint as amount from entry_lines l
               where l.org_id = a.org_id and l.account_id = a.id and l.date between $2 and $3
           ) l on l.amount <> 0
           where a.org_id = $1 and a.type in ('income', 'expense') order by a.code"#,
        org,
        year.start,
        year.end
    )
    .fetch_all(cx.db())
    .await?;
    Ok(rows)
}

/// Posts the entry that brings every income and expense account of the year to nothing, against retained earnings. Holds the
/// books alone from then on. Answers the profit (a loss is negative) and the entry; none where there is nothing to carry.
pub(super) async fn carry(cx: &mut Cx, year: &YearHead) -> Result<(i64, Option<EntryName>)> {
    // The number is drawn before the books are held, as postings do; so whether one is needed is looked at twice.
    let needed = !held(cx, year).await?.is_empty();
    let number = if needed { Some(number(cx, year).await?) } else { None };
    hold_books(cx).await?;
    let held = held(cx, year).await?;
    let Some(number) = number.filter(|_| !held.is_empty()) else {
        return if needed || !held.is_empty() { Err(meanwhile().into()) } else { Ok((0, None)) };
    };
    let retained = account_for(cx, "retained_earnings").await?;
    let profit: i64 = -held.iter().map(|held| held.amount).sum::<i64>();
    let mut legs: Vec<Leg> = held.iter().map(|held| leg(held.account, -held.amount)).collect();
    legs.push(leg(retained, -profit));
    let entry = NewEntry {
        id: None,
        number: &number,
        book: Book::Closing,
        date: year.end,
        memo: &format!("Result of fiscal year {} to retained earnings", year.code),
        reference: None,
        source: (SOURCE, year.id),
        reverses: None,
        legs,
    };
    let id = posting::post(cx, entry).await?;
    Ok((profit, Some(EntryName { id, number })))
}

/// Takes the entry back that carried the result of a year; its periods are open by then.
pub(super) async fn take_back(cx: &mut Cx, year: &YearHead, carried: &EntryName, number: String) -> Result<EntryName> {
    let legs = posting::legs_of(cx, carried.id).await?.into_iter().map(Leg::mirrored).collect();
    let entry = NewEntry {
        id: None,
        number: &number,
        book: Book::Closing,
        date: year.end,
        memo: &format!("Reversal of {}: fiscal year {} is open again", carried.number, year.code),
        reference: None,
        source: (SOURCE, year.id),
        reverses: Some(carried.id),
        legs,
    };
    let id = posting::post(cx, entry).await?;
    Ok(EntryName { id, number })
}

/// The next number of the last day of the year.
pub(super) async fn number(cx: &mut Cx, year: &YearHead) -> Result<String> {
    let [number] = draw(cx, [Series::Yearly("JE", year.end)]).await?;
    Ok(number)
}

fn leg(account: Uuid, amount: i64) -> Leg {
    if amount > 0 { Leg::debit(account, None, amount) } else { Leg::credit(account, None, -amount) }
}

/// The first or the last income or expense of the year was posted between two looks.
fn meanwhile() -> Refusal {
    Refusal::new(Kind::Busy, codes::BUSY, "Somebody is posting into this fiscal year.").fix("Try again in a moment.")
}
