//! Writes open items: drafts, their entries, and both posted. The same steps as a document by itself takes, for all at once.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use steward_common::Money;
use steward_common::series::{Series, draw_several};
use steward_tools::{Cx, Refusal, Result};
use uuid::Uuid;

use super::items::{Item, duplicate};
use crate::documents::Side;
use crate::posting::{self, Leg, NewEntry, accounts_for};

/// Posts the items and answers the import. A handful of round trips, and one more for each series of numbers.
pub(super) async fn write(cx: &mut Cx, (date, memo): (NaiveDate, Option<String>), items: &mut [Item]) -> Result<Uuid> {
    let accounts = accounts_for(cx, ["opening", "receivable", "payable"]).await?;
    let untaxed = untaxed(cx, items).await?;
    let (org, import, now) = (cx.org(), cx.id(), cx.now());
    sqlx::query!(
        "insert into opening_imports (org_id, id, date, memo, created_at) values ($1, $2, $3, $4, $5)",
        org,
        import,
        date,
        memo,
        now
    )
    .execute(cx.db())
    .await?;
    let ids: Vec<Uuid> = items.iter().map(|_| cx.id()).collect();
    draft(cx, import, (&ids, items), untaxed, accounts[0]).await?;
    let entry_numbers = numbers(cx, items).await?;
    let entries = entries(cx, (&ids, items), &entry_numbers, accounts).await?;
    post(cx, &ids, items, &entries).await?;
    Ok(import)
}

/// The codes by which nothing is taxed, of sales and purchases: their tax was declared in the system before.
async fn untaxed(cx: &mut Cx, items: &[Item]) -> Result<[Uuid; 2]> {
    let org = cx.org();
    let mut codes = [Uuid::nil(); 2];
    for (code, side) in codes.iter_mut().zip([Side::Sale, Side::Purchase]) {
        let Some(last) = items.iter().filter(|item| item.side == side).map(|item| item.date).max() else { continue };
        let found = sqlx::query_scalar!(
            "select t.id from tax_codes t where t.org_id = $1 and t.archived_at is null and not t.reverse_charge
                 and t.used_on in ('both', $2) and tax_rate_on($1, t.id, $3) = 0 order by t.code limit 1",
            org,
            side.as_str(),
            last
        )
        .fetch_optional(cx.db())
        .await?;
        *code = found.ok_or_else(|| {
            Refusal::conflict("untaxed_code_missing", format!("No tax code for {}s has a rate of 0.", side.noun()))
                .fix("Create one (accounting.tax_codes.create): what was open before is taxed already.")
        })?;
    }
    Ok(codes)
}

/// Our numbers go to the items; answers those of their entries. Series are drawn in the order in which everybody locks them.
async fn numbers(cx: &mut Cx, items: &mut [Item]) -> Result<Vec<String>> {
    let mut groups: BTreeMap<(&'static str, i32), Vec<usize>> = BTreeMap::new();
    for (i, item) in items.iter().enumerate() {
        for series in [item.side.series(), "JE"] {
            groups.entry((series, item.date.year())).or_default().push(i);
        }
    }
    let mut entries = vec![String::new(); items.len()];
    for ((series, _), members) in groups {
        let Some(day) = members.first().map(|first| items[*first].date) else { continue };
        let drawn = draw_several(cx, Series::Yearly(series, day), members.len()).await?;
        for (i, number) in members.into_iter().zip(drawn) {
            if series == "JE" {
                entries[i] = number;
            } else {
                items[i].number = number;
            }
        }
    }
    Ok(entries)
}

/// Drafts of one line each.
async fn draft(
    cx: &mut Cx,
    import: Uuid,
    (ids, items): (&[Uuid], &[Item]),
    untaxed: [Uuid; 2],
    opening: Uuid,
) -> Result<()> {
    let (org, now) = (cx.org(), cx.now());
    let each = items.iter();
    let sale = |item: &Item| item.side == Side::Sale;
    let given = |item: &Item| item.given.clone();
    let line_ids: Vec<Uuid> = items.iter().map(|_| cx.id()).collect();
    sqlx::query!(
        "with x as (
             select * from unnest($3::uuid[], $4::text[], $5::uuid[], $6::date[], $7::date[], $8::text[], $9::numeric[], $10::bool[],
                     $11::bigint[], $12::bigint[], $13::text[], $14::text[], $15::text[], $16::uuid[], $17::uuid[], $18::text[], $19::numeric[])
                 as x (id, side, party, date, due, currency, rate, rate_given, gross, company, reference, vendor_number, memo,
                     line, tax_code, description, price)),
         invoice as (
             insert into invoices (org_id, id, customer_id, status, side, date, due_date, currency, rate, rate_given, reference, vendor_number,
                 memo, net, tax, gross, company_net, company_tax, company_gross, opening_import_id, created_at, updated_at)
             select $1, x.id, x.party, 'draft', x.side, x.date, x.due, x.currency, x.rate, x.rate_given, x.reference, x.vendor_number,
                 x.memo, x.gross, 0, x.gross, x.company, 0, x.company, $2, $20, $20 from x)
         insert into invoice_lines (org_id, id, invoice_id, line_no, description, quantity, unit_price, discount_percent, tax_code_id, tax_rate,
             account_id, net)
         select $1, x.line, x.id, 1, x.description, 1, x.price, 0, x.tax_code, 0, $21, x.gross from x",
        org,
        import,
        ids,
        &each.clone().map(|item| item.side.as_str().to_owned()).collect::<Vec<_>>(),
        &each.clone().map(|item| item.party.id).collect::<Vec<_>>(),
        &each.clone().map(|item| item.date).collect::<Vec<_>>(),
        &each.clone().map(|item| item.due).collect::<Vec<_>>(),
        &each.clone().map(|item| item.currency.clone()).collect::<Vec<_>>(),
        &each.clone().map(|item| item.rate).collect::<Vec<_>>(),
        &each.clone().map(|item| item.rate_given).collect::<Vec<_>>(),
        &each.clone().map(|item| item.gross).collect::<Vec<_>>(),
        &each.clone().map(|item| item.company).collect::<Vec<_>>(),
        &each.clone().map(|item| sale(item).then(|| given(item))).collect::<Vec<_>>() as &[Option<String>],
        &each.clone().map(|item| (!sale(item)).then(|| given(item))).collect::<Vec<_>>() as &[Option<String>],
        &each.clone().map(|item| item.memo.clone()).collect::<Vec<_>>() as &[Option<String>],
        &line_ids,
        &each.clone().map(|item| untaxed[usize::from(!sale(item))]).collect::<Vec<_>>(),
        &each.clone().map(|item| format!("Open of {} {}", item.side.noun(), item.given)).collect::<Vec<_>>(),
        &each.map(|item| Money::new(item.gross, &item.currency).decimal()).collect::<Vec<Decimal>>(),
        now,
        opening
    )
    .execute(cx.db())
    .await?;
    Ok(())
}

/// The entries: who owes or is owed it, against the account of opening balances.
async fn entries(
    cx: &mut Cx,
    (ids, items): (&[Uuid], &[Item]),
    numbers: &[String],
    [opening, receivable, payable]: [Uuid; 3],
) -> Result<Vec<Uuid>> {
    let memo =
        |item: &Item| format!("Open {} {} of {}: {}", item.side.noun(), item.number, item.party.name, item.given);
    let memos: Vec<String> = items.iter().map(memo).collect();
    let mut entries = Vec::with_capacity(items.len());
    for (((item, id), number), memo) in items.iter().zip(ids).zip(numbers).zip(&memos) {
        let control = if item.side == Side::Sale { receivable } else { payable };
        let owed = Leg::debit(control, Some(item.party.id), item.company);
        let mut legs = vec![owed, Leg::credit(opening, None, item.company)];
        if item.currency != cx.currency() {
            legs = legs.into_iter().map(|leg| foreign(leg, item)).collect();
        }
        if item.side == Side::Purchase {
            legs = legs.into_iter().map(Leg::mirrored).collect();
        }
        entries.push(NewEntry {
            id: None,
            number,
            book: item.side.book(),
            date: item.date,
            memo,
            reference: Some(&item.given),
            source: (item.side.source(), *id),
            reverses: None,
            legs,
        });
    }
    posting::post_all(cx, entries).await
}

/// A side with what it is in the currency of its item.
fn foreign(leg: Leg, item: &Item) -> Leg {
    let amount = if leg.debit > 0 { item.gross } else { -item.gross };
    leg.in_currency(&item.currency, amount, item.rate)
}

/// The drafts become posted documents.
async fn post(cx: &mut Cx, ids: &[Uuid], items: &[Item], entries: &[Uuid]) -> Result<()> {
    let (org, now) = (cx.org(), cx.now());
    let numbers: Vec<String> = items.iter().map(|item| item.number.clone()).collect();
    let posted = sqlx::query!(
        "update invoices i set status = 'posted', number = x.number, entry_id = x.entry, version = i.version + 1, updated_at = $2
         from unnest($3::uuid[], $4::text[], $5::uuid[]) as x (id, number, entry) where i.org_id = $1 and i.id = x.id",
        org,
        now,
        ids,
        &numbers,
        entries
    )
    .execute(cx.db())
    .await;
    posted.map(drop).map_err(|error| match error.as_database_error().and_then(|e| e.constraint()) {
        // they were not there a moment ago
        Some("bill_once" | "opening_invoice_once") => {
            duplicate("/items", "Somebody has just entered one of the documents.".to_owned()).into()
        }
        _ => error.into(),
    })
}
