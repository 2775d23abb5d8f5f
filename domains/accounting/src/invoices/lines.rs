//! The lines of a sales document, and what they come to.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Deserialize;
use steward_common::{Dec, Money, round_to_minor};
use steward_directory::parties::{FoundParty, PartyKind, PartyName};
use steward_tools::{Cx, Error, Ref, Refusal, Result, codes};
use uuid::Uuid;

use super::get::LineView;
use crate::accounts::Account;
use crate::posting::Leg;
use crate::tax_codes::TaxCode;

/// One line: what, how much of it, at which price.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Line {
    /// What is sold.
    #[schemars(length(min = 1, max = 500))]
    pub description: String,
    /// How much of it.
    pub quantity: Dec,
    /// The unit of the quantity (hours, pieces).
    #[schemars(length(max = 30))]
    pub unit: Option<String>,
    /// Price of one unit, before tax and discount.
    pub unit_price: Dec,
    /// Discount in percent of the line.
    pub discount_percent: Option<Dec>,
    /// Tax code; the company's default unless told.
    pub tax_code: Option<Ref<TaxCode>>,
    /// Income account; the company's revenue account unless told.
    pub account: Option<Ref<Account>>,
}

/// A line with its account, tax and sum.
#[derive(Clone)]
pub(super) struct PricedLine {
    pub(super) description: String,
    pub(super) quantity: Decimal,
    pub(super) unit: Option<String>,
    pub(super) unit_price: Decimal,
    pub(super) discount_percent: Decimal,
    pub(super) tax: Tax,
    pub(super) account: Uuid,
    pub(super) net: i64,
}

#[derive(Clone, Copy)]
pub(super) struct Tax {
    pub(super) code: Uuid,
    pub(super) rate: Decimal,
    pub(super) account: Uuid,
}

/// The lines of a document and their sums.
///
/// Rounding (X2): each line is rounded to the minor unit, half away from zero; tax is computed for each tax
/// code on the sum of its lines and rounded once; the document is the sum of these.
pub(super) struct Priced {
    pub(super) lines: Vec<PricedLine>,
    pub(super) net: i64,
    pub(super) tax: i64,
    pub(super) taxes: BTreeMap<Uuid, (Tax, i64)>,
    pub(super) receivable: Uuid,
    /// What the taxes and accounts of its lines are called.
    pub(super) codes: BTreeMap<Uuid, String>,
}

impl Priced {
    pub(super) const fn gross(&self) -> i64 {
        self.net + self.tax
    }
    /// The entry of an invoice with these lines: the customer owes, income and tax are earned.
    pub(super) fn legs(&self, customer: Uuid) -> Vec<Leg> {
        let mut income: BTreeMap<Uuid, i64> = BTreeMap::new();
        for line in &self.lines {
            *income.entry(line.account).or_default() += line.net;
        }
        let mut legs = vec![Leg::debit(self.receivable, Some(customer), self.gross())];
        legs.extend(income.into_iter().map(|(account, net)| Leg::credit(account, None, net)));
        legs.extend(self.taxes.values().map(|(tax, amount)| Leg::credit(tax.account, None, *amount)));
        legs
    }
    /// The lines as they are shown once they are stored.
    pub(super) fn views(self, currency: &str) -> Vec<LineView> {
        let Self { lines, codes, .. } = self;
        let view = |line: PricedLine| LineView {
            description: line.description,
            quantity: Dec(line.quantity),
            unit: line.unit,
            unit_price: Dec(line.unit_price),
            discount_percent: Dec(line.discount_percent),
            tax_code: codes.get(&line.tax.code).cloned().unwrap_or_default().into(),
            tax_rate: Dec(line.tax.rate),
            account: codes.get(&line.account).cloned().map(Into::into),
            net: Money::new(line.net, currency),
        };
        lines.into_iter().map(view).collect()
    }
    /// The lines as columns, for one insert.
    pub(super) fn columns(&self, cx: &mut Cx) -> Columns {
        let each = self.lines.iter();
        Columns {
            ids: each.clone().map(|_| cx.id()).collect(),
            descriptions: each.clone().map(|line| line.description.clone()).collect(),
            quantities: each.clone().map(|line| line.quantity).collect(),
            units: each.clone().map(|line| line.unit.clone()).collect(),
            unit_prices: each.clone().map(|line| line.unit_price).collect(),
            discounts: each.clone().map(|line| line.discount_percent).collect(),
            tax_codes: each.clone().map(|line| line.tax.code).collect(),
            tax_rates: each.clone().map(|line| line.tax.rate).collect(),
            accounts: each.clone().map(|line| line.account).collect(),
            nets: each.map(|line| line.net).collect(),
        }
    }
}

/// Lines turned on their side, as `unnest` takes them.
pub(super) struct Columns {
    pub(super) ids: Vec<Uuid>,
    pub(super) descriptions: Vec<String>,
    pub(super) quantities: Vec<Decimal>,
    pub(super) units: Vec<Option<String>>,
    pub(super) unit_prices: Vec<Decimal>,
    pub(super) discounts: Vec<Decimal>,
    pub(super) tax_codes: Vec<Uuid>,
    pub(super) tax_rates: Vec<Decimal>,
    pub(super) accounts: Vec<Uuid>,
    pub(super) nets: Vec<i64>,
}

/// Accounts and taxes that lines may use: the named ones and the company's defaults.
struct Choices {
    taxes: BTreeMap<Uuid, Tax>,
    accounts: BTreeMap<Uuid, bool>,
    tax: Option<Uuid>,
    revenue: Option<Uuid>,
    receivable: Option<Uuid>,
    codes: BTreeMap<Uuid, String>,
}

/// Prices the lines of a document; `/lines/N/…` says which one is wrong.
pub(super) async fn price(cx: &mut Cx, lines: Vec<Line>) -> Result<Priced> {
    let (choices, _) = choices(cx, &lines, None).await?;
    with_choices(cx, lines, choices)
}

/// Prices the lines of a new document to a customer, whom the same statement looks up.
pub(super) async fn price_to(cx: &mut Cx, customer: Uuid, lines: Vec<Line>) -> Result<(PartyName, Priced)> {
    let (choices, customer) = choices(cx, &lines, Some(customer)).await?;
    let customer = customer.ok_or_else(|| Refusal::not_found("party"))?.expect(PartyKind::Customer, "/customer")?;
    Ok((customer, with_choices(cx, lines, choices)?))
}

fn with_choices(cx: &Cx, lines: Vec<Line>, choices: Choices) -> Result<Priced> {
    if lines.is_empty() {
        return Err(Refusal::invalid(codes::INVALID_INPUT, "/lines", "There is at least one line.").into());
    }
    let currency = cx.currency().to_owned();
    let mut priced = Vec::with_capacity(lines.len());
    for (i, line) in lines.into_iter().enumerate() {
        priced.push(price_line(line, i, &choices, &currency)?);
    }
    let mut taxes: BTreeMap<Uuid, (Tax, i64)> = BTreeMap::new();
    for line in &priced {
        taxes.entry(line.tax.code).or_insert((line.tax, 0)).1 += line.net;
    }
    for (tax, amount) in taxes.values_mut() {
        let base = Money::new(*amount, &currency).decimal();
        *amount = round_to_minor(base * tax.rate / Decimal::ONE_HUNDRED, &currency)?;
    }
    let receivable = choices.receivable.ok_or_else(|| incomplete("receivable account"))?;
    let (net, tax) = (priced.iter().map(|line| line.net).sum(), taxes.values().map(|(_, amount)| amount).sum());
    Ok(Priced { lines: priced, net, tax, taxes, receivable, codes: choices.codes })
}

fn price_line(line: Line, i: usize, choices: &Choices, currency: &str) -> Result<PricedLine> {
    let at = |field: &str| format!("/lines/{i}/{field}");
    let quantity = line.quantity.positive(&at("quantity"))?;
    let unit_price = line.unit_price.not_negative(&at("unit_price"))?;
    let discount_percent = line.discount_percent.map_or(Ok(Decimal::ZERO), |d| d.percent(&at("discount_percent")))?;
    let tax = line.tax_code.map(|code| code.id).or(choices.tax).ok_or_else(|| incomplete("default tax code"))?;
    let account =
        line.account.map(|account| account.id).or(choices.revenue).ok_or_else(|| incomplete("revenue account"))?;
    let tax = *choices
        .taxes
        .get(&tax)
        .ok_or_else(|| Refusal::invalid(codes::NOT_FOUND, &at("tax_code"), "There is no such tax code."))?;
    match choices.accounts.get(&account) {
        Some(true) => {}
        Some(false) => {
            return Err(Refusal::invalid(
                "wrong_account_type",
                &at("account"),
                "A sale is posted to an income account.",
            )
            .into());
        }
        None => return Err(Refusal::invalid(codes::NOT_FOUND, &at("account"), "There is no such account.").into()),
    }
    let kept = (Decimal::ONE_HUNDRED - discount_percent) / Decimal::ONE_HUNDRED;
    let sum = (quantity.checked_mul(unit_price)).and_then(|sum| sum.checked_mul(kept));
    let net = round_to_minor(
        sum.ok_or_else(|| {
            Error::from(Refusal::invalid(codes::INVALID_INPUT, &at("quantity"), "The amount is too large."))
        })?,
        currency,
    )?;
    let description = line.description.trim().to_owned();
    Ok(PricedLine { description, quantity, unit: line.unit, unit_price, discount_percent, tax, account, net })
}

/// What the lines may use, and the customer where there is one to look up.
async fn choices(cx: &mut Cx, lines: &[Line], customer: Option<Uuid>) -> Result<(Choices, Option<FoundParty>)> {
    let org = cx.org();
    let taxes: Vec<Uuid> = lines.iter().filter_map(|line| line.tax_code.map(|code| code.id)).collect();
    let accounts: Vec<Uuid> = lines.iter().filter_map(|line| line.account.map(|account| account.id)).collect();
    let rows = sqlx::query!(
        r#"select c.id as "id!", c.code as "code!", c.rate, c.account_id, c.fallback as "fallback!", c.income as "income!", c.purpose,
               p.number as "party_number?", p.name as "party_name?", p.kinds as "kinds?", p.archived_at is not null as "archived!"
           from (
               select id, code, rate, account_id, is_default as fallback, false as income, null as purpose
               from tax_codes where org_id = $1 and (is_default or id = any ($2))
               union all
               select id, code, null, null, coalesce(purpose = 'revenue', false), type = 'income', purpose
               from accounts where org_id = $1 and (purpose in ('revenue', 'receivable') or id = any ($3))
           ) c left join parties p on p.org_id = $1 and p.id = $4"#,
        org,
        &taxes,
        &accounts,
        customer
    )
    .fetch_all(cx.db())
    .await?;
    let mut party = None;
    let mut found = Choices {
        taxes: BTreeMap::new(),
        accounts: BTreeMap::new(),
        tax: None,
        revenue: None,
        receivable: None,
        codes: BTreeMap::new(),
    };
    for row in rows {
        if let (Some(id), Some(number), Some(name), Some(kinds)) =
            (customer, row.party_number, row.party_name, row.kinds)
        {
            party = Some(FoundParty { name: PartyName { id, number, name }, kinds, archived: row.archived });
        }
        found.codes.insert(row.id, row.code);
        if let (Some(rate), Some(account)) = (row.rate, row.account_id) {
            found.taxes.insert(row.id, Tax { code: row.id, rate, account });
            found.tax = found.tax.or(row.fallback.then_some(row.id));
            continue;
        }
        found.accounts.insert(row.id, row.income);
        match row.purpose.as_deref() {
            Some("revenue") => found.revenue = Some(row.id),
            Some("receivable") => found.receivable = Some(row.id),
            _ => {}
        }
    }
    Ok((found, party))
}

fn incomplete(what: &str) -> Refusal {
    Refusal::conflict("chart_incomplete", format!("The company has no {what}."))
}
