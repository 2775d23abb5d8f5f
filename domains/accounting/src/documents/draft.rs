//! Drafts of documents: written, changed and removed.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};
use steward_common::Dec;
use steward_tools::{Changes, Cx, OnConstraint, Refusal, Result};
use uuid::Uuid;

use super::Side;
use super::head::{Head, head};
use super::line::{Columns, DocumentLine, Line};
use super::price::{Priced, Terms, price};
use super::stored;
use super::terms::{Due, due_before};
use crate::payment_terms::{applied, kept as kept_terms};

/// What a new document says.
pub(crate) struct New {
    pub(crate) side: Side,
    pub(crate) party: Uuid,
    pub(crate) lines: Vec<Line>,
    pub(crate) date: Option<NaiveDate>,
    pub(crate) due: Due,
    pub(crate) currency: Option<String>,
    pub(crate) rate: Option<Dec>,
    pub(crate) tax_inclusive: bool,
    pub(crate) reference: Option<String>,
    pub(crate) memo: Option<String>,
    pub(crate) vendor_number: Option<String>,
}

/// Writes a draft. Two round trips: what it needs to know, and the rows.
#[expect(clippy::too_many_lines, reason = "one statement, and its columns in their places")]
pub(crate) async fn create(cx: &mut Cx, new: New) -> Result<(Head, Vec<DocumentLine>)> {
    let date = new.date.unwrap_or_else(|| cx.today());
    let due = new.due.one()?;
    let (currency, rate) = Terms::currency(cx, new.currency, new.rate)?;
    let terms = Terms {
        side: new.side,
        party: new.party,
        date,
        currency,
        rate,
        tax_inclusive: new.tax_inclusive,
        payment_terms: due.terms,
    };
    let mut priced = price(cx, terms, new.lines).await?;
    let party = priced.party()?;
    let (due_date, term) = due.settle(priced.term.take(), date)?;
    let (org, id, now) = (cx.org(), cx.id(), cx.now());
    let lines = Columns::of(cx, &priced.lines);
    sqlx::query!(
        "with invoice as (
             insert into invoices (org_id, id, customer_id, status, date, due_date, currency, reference, memo, net, tax, gross, created_at,
                 updated_at, side, tax_inclusive, tax_position_id, rate, rate_given, company_net, company_tax, company_gross, vendor_number,
                 payment_term_id)
             values ($1, $2, $3, 'draft', $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34))
         insert into invoice_lines (org_id, id, invoice_id, line_no, description, quantity, unit, unit_price, discount_percent, tax_code_id,
             tax_rate, account_id, net, dimension_id, project_id)
         select $1, l.id, $2, l.n, l.description, l.quantity, l.unit, l.unit_price, l.discount, l.tax_code, l.tax_rate, l.account, l.net,
             l.dimension, l.project
         from unnest($13::uuid[], $14::text[], $15::numeric[], $16::text[], $17::numeric[], $18::numeric[], $19::uuid[], $20::numeric[],
                 $21::uuid[], $22::bigint[], $23::uuid[], $24::uuid[])
             with ordinality as l (id, description, quantity, unit, unit_price, discount, tax_code, tax_rate, account, net, dimension, project, n)",
        org, id, party.id, date, due_date, priced.terms.currency, new.reference, new.memo, priced.net, priced.tax, priced.gross(), now,
        &lines.ids, &lines.descriptions, &lines.quantities, &lines.units as &[Option<String>], &lines.unit_prices,
        &lines.discounts, &lines.tax_codes, &lines.tax_rates, &lines.accounts, &lines.nets,
        &lines.dimensions as &[Option<Uuid>], &lines.projects as &[Option<Uuid>],
        new.side.as_str(), new.tax_inclusive, priced.position, priced.rate, priced.terms.rate.is_some(),
        priced.company.net, priced.company.tax, priced.company.gross, new.vendor_number,
        term.as_ref().map(|term| term.id)
    )
    .execute(cx.db())
    .await
    .on_constraint("invoice_due_after_date", || due_before(new.side, date))?;
    let Priced { lines, net, tax, company, rate, terms, .. } = priced;
    let head = Head {
        id,
        version: 1,
        number: None,
        party_id: party.id,
        party_number: party.number,
        party: party.name,
        state: "draft".to_owned(),
        date,
        due_date,
        currency: terms.currency,
        reference: new.reference,
        memo: new.memo,
        net,
        tax,
        gross: net + tax,
        open: 0,
        written_off: 0,
        rate,
        company_gross: company.gross,
        tax_inclusive: new.tax_inclusive,
        vendor_number: new.vendor_number,
        entry: None,
        payment_terms: term.map(|term| term.code),
        in_instalments: false,
        discount: None,
        discount_until: None,
        disputed: None,
    };
    Ok((head, lines))
}

/// What is to be different about a draft.
pub(crate) struct Change {
    pub(crate) side: Side,
    pub(crate) version: Option<i32>,
    pub(crate) party: Option<Uuid>,
    pub(crate) lines: Option<Vec<Line>>,
    pub(crate) date: Option<NaiveDate>,
    pub(crate) due: Due,
    pub(crate) currency: Option<String>,
    pub(crate) rate: Option<Dec>,
    pub(crate) tax_inclusive: Option<bool>,
    pub(crate) reference: Option<String>,
    pub(crate) memo: Option<String>,
    pub(crate) vendor_number: Option<String>,
}

/// Changes a draft. Whatever moves a price (lines, date, party, currency) prices it anew, by the codes that its lines name.
#[expect(clippy::too_many_lines, reason = "one statement, and its columns in their places")]
pub(crate) async fn update(cx: &mut Cx, id: Uuid, change: Change) -> Result<(Head, Vec<DocumentLine>)> {
    let (org, now, side) = (cx.org(), cx.now(), change.side);
    let draft = sqlx::query!(
        "select version, number, status, customer_id, date, due_date, reference, memo, currency, rate, rate_given, tax_inclusive, vendor_number,
             payment_term_id
         from invoices where org_id = $1 and id = $2 and side = $3 for no key update",
        org,
        id,
        side.as_str()
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| Refusal::not_found(side.noun()))?;
    if draft.status == "posted" {
        let detail = format!("{} is posted and stays as it is.", draft.number.unwrap_or_default());
        return Err(Refusal::conflict("not_draft", detail).fix(stays(side)).into());
    }
    cx.expect_version_of("invoices", id, change.version, draft.version).await?;
    let date = change.date.unwrap_or(draft.date);
    let due = change.due.one()?;
    let (due_date, term) = match (due.date, due.terms, draft.payment_term_id) {
        (Some(day), ..) => (day, None),
        (None, Some(named), _) => {
            let term = applied(cx, Some(named), draft.customer_id).await?;
            (term.map_or(draft.due_date, |term| term.due_date(date)), Some(named))
        }
        (None, None, Some(kept)) if date != draft.date => {
            let term = kept_terms(cx, kept).await?;
            (term.map_or(draft.due_date, |term| term.due_date(date)), Some(kept))
        }
        (None, None, kept) => (draft.due_date, kept),
    };
    let moved = change.party.is_some()
        || change.lines.is_some()
        || change.date.is_some()
        || change.currency.is_some()
        || change.rate.is_some()
        || change.tax_inclusive.is_some();
    let priced = if moved {
        let named = change.currency.unwrap_or_else(|| draft.currency.clone());
        let kept = (draft.rate_given && named == draft.currency).then_some(Dec(draft.rate));
        let (currency, rate) = Terms::currency(cx, Some(named), change.rate.or(kept))?;
        let tax_inclusive = change.tax_inclusive.unwrap_or(draft.tax_inclusive);
        let party = change.party.unwrap_or(draft.customer_id);
        Some(
            reprice(
                cx,
                id,
                Terms { side, party, date, currency, rate, tax_inclusive, payment_terms: None },
                change.lines,
            )
            .await?,
        )
    } else {
        None
    };
    let text =
        |new: Option<String>, old: Option<String>| new.map_or(old, |new| Some(new).filter(|new| !new.is_empty()));
    // one statement, so that undo finds one change; a bill that was approved and is changed is to be approved anew
    let new = priced.as_ref();
    sqlx::query!(
        "update invoices set date = $3, due_date = $4, reference = $5, memo = $6, vendor_number = $7, version = version + 1, updated_at = $8,
             status = 'draft', approved_by = null, approved_at = null,
             customer_id = coalesce($9, customer_id), net = coalesce($10, net), tax = coalesce($11, tax), gross = coalesce($10 + $11, gross),
             currency = coalesce($12, currency), rate = coalesce($13, rate), rate_given = coalesce($14, rate_given),
             tax_inclusive = coalesce($15, tax_inclusive),
             tax_position_id = case when $9::uuid is null then tax_position_id else $16 end,
             company_net = coalesce($17, company_net), company_tax = coalesce($18, company_tax), company_gross = coalesce($19, company_gross),
             payment_term_id = $20
         where org_id = $1 and id = $2",
        org,
        id,
        date,
        due_date,
        text(change.reference, draft.reference),
        text(change.memo, draft.memo),
        text(change.vendor_number, draft.vendor_number),
        now,
        new.map(|priced| priced.terms.party),
        new.map(|priced| priced.net),
        new.map(|priced| priced.tax),
        new.map(|priced| priced.terms.currency.clone()),
        new.map(|priced| priced.rate),
        new.map(|priced| priced.terms.rate.is_some()),
        new.map(|priced| priced.terms.tax_inclusive),
        new.and_then(|priced| priced.position),
        new.map(|priced| priced.company.net),
        new.map(|priced| priced.company.tax),
        new.map(|priced| priced.company.gross),
        term
    )
    .execute(cx.db())
    .await
    .on_constraint("invoice_due_after_date", || due_before(side, date))?;
    Ok((head(cx, side, id).await?, stored::lines(cx, id).await?))
}

/// Prices a draft anew; its lines are written where they are others or come to something else.
async fn reprice(cx: &mut Cx, id: Uuid, terms: Terms, lines: Option<Vec<Line>>) -> Result<Priced> {
    let stored = if lines.is_some() { Vec::new() } else { stored::lines(cx, id).await? };
    let lines = lines.unwrap_or_else(|| stored.iter().cloned().map(DocumentLine::again).collect());
    let priced = price(cx, terms, lines).await?;
    priced.party()?;
    let worth = |lines: &[DocumentLine]| lines.iter().map(|line| (line.net, line.tax.rate)).collect::<Vec<_>>();
    if worth(&priced.lines) != worth(&stored) {
        stored::replace(cx, id, &priced.lines).await?;
    }
    Ok(priced)
}

const fn stays(side: Side) -> &'static str {
    match side {
        Side::Sale => "Credit it, and write a new invoice.",
        Side::Purchase => "Take it back with a debit note, and write a new bill.",
    }
}

impl DocumentLine {
    /// The line as somebody would write it.
    fn again(self) -> Line {
        Line {
            description: self.description,
            quantity: Dec(self.quantity),
            unit: self.unit,
            unit_price: Dec(self.unit_price),
            discount_percent: Some(Dec(self.discount_percent)),
            tax_code: Some(steward_tools::Ref::known(self.tax.code)),
            account: Some(steward_tools::Ref::known(self.account)),
            dimension: self.dimension.map(steward_tools::Ref::known),
            project: self.project.map(steward_tools::Ref::known),
        }
    }
}

/// Removes a draft and tells what it was.
pub(crate) async fn delete(cx: &mut Cx, side: Side, id: Uuid) -> Result<(Head, Vec<DocumentLine>)> {
    let head = head(cx, side, id).await?;
    if !matches!(head.state.as_str(), "draft" | "approved") {
        let number = head.number.clone().unwrap_or_default();
        let way_out = match side {
            Side::Sale => "Credit it instead.",
            Side::Purchase => "Take it back with a debit note instead.",
        };
        return Err(Refusal::conflict("not_draft", format!("{number} is posted and stays.")).fix(way_out).into());
    }
    let lines = stored::lines(cx, id).await?;
    let org = cx.org();
    sqlx::query!("delete from invoices where org_id = $1 and id = $2", org, id).execute(cx.db()).await?;
    Ok((head, lines))
}

/// The columns of a draft as arguments name them.
const fn named(side: Side) -> [(&'static str, &'static str); 7] {
    let party = match side {
        Side::Sale => "customer",
        Side::Purchase => "vendor",
    };
    [
        ("customer_id", party),
        ("date", "date"),
        ("reference", "reference"),
        ("memo", "memo"),
        ("currency", "currency"),
        ("tax_inclusive", "tax_inclusive"),
        ("vendor_number", "vendor_number"),
    ]
}

/// The arguments that write a removed draft again.
pub(crate) fn written_again(side: Side, changes: &Changes) -> Option<Value> {
    let head = changes.of("invoices").find_map(|change| change.before.as_ref())?;
    let mut draft = kept(head, &named(side));
    draft.extend(given_rate(head));
    draft.extend(due_again(head));
    draft.insert("lines".to_owned(), Value::Array(lines_before(changes)?));
    Some(Value::Object(draft))
}

/// The arguments that bring a changed draft back to what its columns and lines held before.
pub(crate) fn as_before(side: Side, id: Uuid, changes: &Changes) -> Option<Value> {
    let mut arguments = Map::from_iter([("id".to_owned(), json!(id))]);
    let change = changes.of("invoices").next()?;
    for (column, before, _) in change.columns() {
        let Some((_, field)) = named(side).into_iter().find(|(named, _)| *named == column) else { continue };
        let before = if before.is_null() { json!("") } else { before.clone() };
        arguments.insert(field.to_owned(), before);
    }
    arguments.extend(change.before.as_ref().and_then(given_rate));
    if change.columns().iter().any(|(column, ..)| ["due_date", "payment_term_id"].contains(column)) {
        arguments.extend(change.before.as_ref().and_then(due_again));
    }
    let lines = lines_before(changes)?;
    if !lines.is_empty() {
        arguments.insert("lines".to_owned(), Value::Array(lines));
    }
    Some(Value::Object(arguments))
}

/// By which terms it was due, or on which day.
fn due_again(head: &Value) -> Option<(String, Value)> {
    let terms = head.get("payment_term_id").filter(|terms| !terms.is_null());
    let named = terms.map(|terms| ("payment_terms", terms)).or_else(|| Some(("due_date", head.get("due_date")?)));
    named.map(|(field, value)| (field.to_owned(), value.clone()))
}

/// The rate, where somebody gave it.
fn given_rate(head: &Value) -> Option<(String, Value)> {
    let given = head.get("rate_given")?.as_bool()?;
    given.then(|| ("rate".to_owned(), json!(head.get("rate").map(Value::to_string))))
}

/// The lines that a call removed from a document, as arguments of a call that puts them back.
fn lines_before(changes: &Changes) -> Option<Vec<Value>> {
    let mut lines: Vec<&Value> = changes.of("invoice_lines").filter_map(|change| change.before.as_ref()).collect();
    lines.sort_by_key(|row| row.get("line_no").and_then(Value::as_i64));
    let names = [
        ("description", "description"),
        ("unit", "unit"),
        ("tax_code_id", "tax_code"),
        ("account_id", "account"),
        ("dimension_id", "dimension"),
        ("project_id", "project"),
    ];
    let line = |row: &Value| {
        let mut line = kept(row, &names);
        for number in ["quantity", "unit_price", "discount_percent"] {
            line.insert(number.to_owned(), json!(row.get(number)?.to_string()));
        }
        Some(Value::Object(line))
    };
    lines.into_iter().map(line).collect()
}

/// The columns that hold something, under the names that arguments have.
fn kept(row: &Value, names: &[(&str, &str)]) -> Map<String, Value> {
    let some =
        |(column, name): &(&str, &str)| Some(((*name).to_owned(), row.get(*column).filter(|v| !v.is_null())?.clone()));
    names.iter().filter_map(some).collect()
}
