//! How the tables of the books are told in previews, approvals and the record.

use futures::future::BoxFuture;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use steward_common::Money;
use steward_tools::{Change, Changes, Cx, Describer, EffectKind, PreviewEffect, Result};
use uuid::Uuid;

pub(crate) const DESCRIBERS: &[Describer] = &[
    Describer { table: "adjustments", describe: nothing },
    Describer { table: "document_instalments", describe: instalments },
    Describer { table: "invoices", describe: invoices },
    Describer { table: "invoice_lines", describe: document_lines },
    Describer { table: "credit_notes", describe: nothing },
    Describer { table: "credit_note_lines", describe: document_lines },
    Describer { table: "document_taxes", describe: nothing },
    Describer { table: "opening_imports", describe: nothing },
    Describer { table: "payment_runs", describe: nothing },
    Describer { table: "payment_run_lines", describe: nothing },
    Describer { table: "payments", describe: nothing },
    Describer { table: "dunning_runs", describe: nothing },
    Describer { table: "dunning_notices", describe: nothing },
    Describer { table: "dunning_notice_lines", describe: nothing },
    Describer { table: "invoice_disputes", describe: nothing },
    Describer { table: "entry_drafts", describe: nothing },
    Describer { table: "entry_draft_lines", describe: draft_sides },
    Describer { table: "entries", describe: nothing },
    Describer { table: "entry_lines", describe: ledger },
    Describer { table: "occurrences", describe: nothing },
    Describer { table: "allocations", describe: allocations },
    Describer { table: "fiscal_years", describe: crate::periods::describe::years },
    Describer { table: "periods", describe: crate::periods::describe::periods },
    Describer { table: "revaluations", describe: nothing },
    Describer { table: "revaluation_lines", describe: nothing },
    Describer { table: "tax_rates", describe: nothing },
    Describer { table: "tax_position_rules", describe: nothing },
];

/// The sentence of the call, or the lines, say it all.
fn nothing<'a>(_: &'a mut Cx, _: &'a [&'a Change], _: &'a Changes) -> BoxFuture<'a, Result<Vec<PreviewEffect>>> {
    Box::pin(async { Ok(Vec::new()) })
}

fn effect(kind: EffectKind, record: Uuid, text: String) -> PreviewEffect {
    PreviewEffect { kind, text, record: Some(record), before: None, after: None }
}

fn invoices<'a>(
    cx: &'a mut Cx,
    changes: &'a [&'a Change],
    _: &'a Changes,
) -> BoxFuture<'a, Result<Vec<PreviewEffect>>> {
    Box::pin(async move {
        let told = changes.iter().map(|change| {
            let row = change.after.as_ref().or(change.before.as_ref()).unwrap_or(&Value::Null);
            let [net, tax, gross] = ["net", "tax", "gross"].map(|column| amount(cx, row, column));
            let sums = format!("net {net}, tax {tax}, gross {gross}");
            match change.op.as_str() {
                "insert" => PreviewEffect {
                    after: Some(json!({"net": net, "tax": tax, "gross": gross})),
                    ..effect(EffectKind::Money, change.record_id, format!("Draft: {sums}"))
                },
                "delete" => effect(EffectKind::Record, change.record_id, format!("The draft is removed: {sums}")),
                "update" if text(row, "status") == "draft" => draft_changes(change, &sums),
                "update" if text(row, "status") == "approved" => PreviewEffect {
                    before: Some(json!({"status": "draft"})),
                    after: Some(json!({"status": "approved"})),
                    ..effect(EffectKind::Record, change.record_id, format!("Draft → approved: {sums}"))
                },
                _ => PreviewEffect {
                    before: Some(json!({"status": "draft"})),
                    after: Some(json!({"status": text(row, "status"), "number": text(row, "number"), "date": text(row, "date"), "due_date": text(row, "due_date")})),
                    ..effect(
                        EffectKind::Record,
                        change.record_id,
                        format!("Draft → {} {}, dated {}, due {}", text(row, "status"), text(row, "number"), text(row, "date"), text(row, "due_date")),
                    )
                },
            }
        });
        Ok(told.collect())
    })
}

/// A draft that is still one: what it says now instead, and what it comes to.
fn draft_changes(change: &Change, sums: &str) -> PreviewEffect {
    let shown = ["date", "due_date", "reference", "memo"];
    let said: Vec<String> = (change.columns().into_iter())
        .filter(|(column, ..)| shown.contains(column))
        .map(|(column, from, to)| format!(", {} {} → {}", column.replace('_', " "), word(from), word(to)))
        .collect();
    effect(EffectKind::Record, change.record_id, format!("The draft stays a draft: {sums}{}", said.concat()))
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or("–")
}

fn document_lines<'a>(
    cx: &'a mut Cx,
    changes: &'a [&'a Change],
    call: &'a Changes,
) -> BoxFuture<'a, Result<Vec<PreviewEffect>>> {
    Box::pin(async move {
        let told = changes.iter().filter_map(|change| {
            let (row, gone) = match (&change.after, &change.before) {
                (Some(row), _) => (row, ""),
                (None, row) => (row.as_ref()?, "No longer: "),
            };
            let unit = row.get("unit").and_then(Value::as_str).map(|unit| format!(" {unit}")).unwrap_or_default();
            let discount = match text(row, "discount_percent").as_str() {
                "" | "0" => String::new(),
                percent => format!(" less {percent} %"),
            };
            let line = format!(
                "{gone}{}{unit} {} at {}{discount} = {}",
                text(row, "quantity"),
                text(row, "description"),
                price(&text(row, "unit_price")),
                Money::new(row.get("net").and_then(Value::as_i64).unwrap_or_default(), &currency(cx, row, call))
            );
            Some(effect(EffectKind::Record, change.record_id, line))
        });
        Ok(told.collect())
    })
}

/// The currency of the document that a line belongs to: whatever writes or removes a line writes or removes its document too.
fn currency(cx: &Cx, line: &Value, call: &Changes) -> String {
    let document = line.get("invoice_id").or_else(|| line.get("credit_note_id")).and_then(Value::as_str);
    let of = |change: &Change| {
        change.after.as_ref().or(change.before.as_ref())?.get("currency")?.as_str().map(str::to_owned)
    };
    let found = document.and_then(|id| call.0.iter().find(|change| change.record_id.to_string() == id));
    found.and_then(of).unwrap_or_else(|| cx.currency().to_owned())
}

/// Ledger lines with the account's code and name: `1100 Trade receivables  debit 551.76 EUR  Acme`.
fn ledger<'a>(cx: &'a mut Cx, changes: &'a [&'a Change], _: &'a Changes) -> BoxFuture<'a, Result<Vec<PreviewEffect>>> {
    Box::pin(async move {
        let ids: Vec<Uuid> = changes.iter().map(|change| change.record_id).collect();
        let org = cx.org();
        let rows = sqlx::query!(
            r#"select l.id, a.code, a.name, p.name as "party?", l.debit, l.credit, l.currency, l.memo, l.foreign_currency, l.foreign_amount
               from entry_lines l join accounts a on a.org_id = l.org_id and a.id = l.account_id
               left join parties p on p.org_id = l.org_id and p.id = l.party_id
               where l.org_id = $1 and l.id = any ($2) order by l.entry_id, l.line_no"#,
            org,
            &ids
        )
        .fetch_all(cx.db())
        .await?;
        let told = rows.into_iter().map(|row| {
            let (side, minor) = if row.debit > 0 { ("debit", row.debit) } else { ("credit", row.credit) };
            let amount = Money::new(minor, &row.currency);
            let mut about = about(row.party.as_deref(), row.memo.as_deref());
            if let (Some(currency), Some(foreign)) =
                (&row.foreign_currency, row.foreign_amount.filter(|amount| *amount != 0))
            {
                about = format!(" = {}{about}", Money::new(foreign.abs(), currency));
            }
            PreviewEffect {
                after: Some(json!({"account": row.code, "name": row.name, "party": row.party, side: amount})),
                ..effect(EffectKind::Ledger, row.id, format!("{} {} {side} {amount}{about}", row.code, row.name))
            }
        });
        Ok(told.collect())
    })
}

/// The sides of a draft entry, which is not in the books yet: `6100 Rent debit 900.00 EUR`.
fn draft_sides<'a>(
    cx: &'a mut Cx,
    changes: &'a [&'a Change],
    _: &'a Changes,
) -> BoxFuture<'a, Result<Vec<PreviewEffect>>> {
    Box::pin(async move {
        let ids: Vec<Uuid> = changes.iter().filter(|c| c.op == "insert").map(|change| change.record_id).collect();
        let (org, currency) = (cx.org(), cx.currency().to_owned());
        let rows = sqlx::query!(
            r#"select l.id, a.code, a.name, p.name as "party?", l.debit, l.credit, l.memo
               from entry_draft_lines l join accounts a on a.org_id = l.org_id and a.id = l.account_id
               left join parties p on p.org_id = l.org_id and p.id = l.party_id
               where l.org_id = $1 and l.id = any ($2) order by l.draft_id, l.line_no"#,
            org,
            &ids
        )
        .fetch_all(cx.db())
        .await?;
        let told = rows.into_iter().map(|row| {
            let (side, minor) = if row.debit > 0 { ("debit", row.debit) } else { ("credit", row.credit) };
            let text = format!("Draft: {} {} {side} {}", row.code, row.name, Money::new(minor, &currency));
            effect(EffectKind::Record, row.id, text + &about(row.party.as_deref(), row.memo.as_deref()))
        });
        Ok(told.collect())
    })
}

/// ` (Acme): office rent`
fn about(party: Option<&str>, memo: Option<&str>) -> String {
    let party = party.map(|party| format!(" ({party})")).unwrap_or_default();
    party + &memo.map(|memo| format!(": {memo}")).unwrap_or_default()
}

fn allocations<'a>(
    cx: &'a mut Cx,
    changes: &'a [&'a Change],
    _: &'a Changes,
) -> BoxFuture<'a, Result<Vec<PreviewEffect>>> {
    Box::pin(async move {
        let ids: Vec<Uuid> = changes.iter().map(|change| change.record_id).collect();
        let org = cx.org();
        let rows = sqlx::query!(
            r#"select a.id, i.number as "number!", i.currency as "currency!", a.amount, i.open as "open!"
               from allocations a join invoice_states i on i.org_id = a.org_id and i.id = a.invoice_id
               where a.org_id = $1 and a.id = any ($2) order by i.number, a.id"#,
            org,
            &ids
        )
        .fetch_all(cx.db())
        .await?;
        let told = rows.into_iter().map(|row| {
            let amount = Money::new(row.amount.abs(), &row.currency);
            let verb = if row.amount > 0 { "settled by" } else { "open again by" };
            let open = Money::new(row.open, &row.currency);
            effect(EffectKind::Money, row.id, format!("{} {verb} {amount}, {open} stay open", row.number))
        });
        Ok(told.collect())
    })
}

/// The parts that a document is due in: `1: 50.00 EUR due 2026-04-01`.
fn instalments<'a>(
    cx: &'a mut Cx,
    changes: &'a [&'a Change],
    call: &'a Changes,
) -> BoxFuture<'a, Result<Vec<PreviewEffect>>> {
    Box::pin(async move {
        let told = changes.iter().filter_map(|change| {
            let row = change.after.as_ref()?;
            let amount = row.get("amount").and_then(Value::as_i64).unwrap_or_default();
            let amount = Money::new(amount, &currency(cx, row, call));
            let line = format!("Instalment {}: {amount} due {}", text(row, "part_no"), text(row, "due_date"));
            Some(effect(EffectKind::Record, change.record_id, line))
        });
        Ok(told.collect())
    })
}

fn text(row: &Value, column: &str) -> String {
    match row.get(column) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// A price with at least two digits behind the point.
fn price(text: &str) -> String {
    match text.parse::<Decimal>() {
        Ok(mut price) if price.scale() < 2 => {
            price.rescale(2);
            price.to_string()
        }
        _ => text.to_owned(),
    }
}

fn amount(cx: &Cx, row: &Value, column: &str) -> Money {
    let currency = row.get("currency").and_then(Value::as_str).unwrap_or(cx.currency());
    Money::new(row.get(column).and_then(Value::as_i64).unwrap_or_default(), currency)
}
