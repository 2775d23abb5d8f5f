//! Prices the lines of a document: accounts, taxes of the date and of the party's position, and the rate of its currency.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use steward_common::{Dec, is_currency};
use steward_directory::parties::{FoundParty, PartyName};
use steward_tools::{Cx, Refusal, Result, codes};
use uuid::Uuid;

use super::Side;
use super::ledger::{Company, Document};
use super::line::{DocumentLine, Line, Tax, TaxSum, take_out, tax_sums};
use crate::dimensions::{self, DimensionKind};
use crate::payment_terms::Term;

/// What a document is priced by, beside its lines.
#[derive(Clone)]
pub(crate) struct Terms {
    pub(crate) side: Side,
    pub(crate) party: Uuid,
    pub(crate) date: NaiveDate,
    pub(crate) currency: String,
    /// The rate that somebody gave.
    pub(crate) rate: Option<Decimal>,
    pub(crate) tax_inclusive: bool,
    /// The payment terms that somebody named; else those of the party, or the default.
    pub(crate) payment_terms: Option<Uuid>,
}

impl Terms {
    /// The currency and rate that somebody named: the company's unless told, and a rate only where there is one to convert.
    pub(crate) fn currency(cx: &Cx, named: Option<String>, rate: Option<Dec>) -> Result<(String, Option<Decimal>)> {
        let currency = named.unwrap_or_else(|| cx.currency().to_owned());
        if !is_currency(&currency) {
            let detail = format!("{currency} is no currency of ISO 4217.");
            return Err(Refusal::invalid("unknown_currency", "/currency", detail).into());
        }
        let rate = rate.map(|rate| rate.positive("/rate")).transpose()?;
        if rate.is_some() && currency == cx.currency() {
            let detail = format!("The books are in {currency} already.");
            return Err(Refusal::invalid("rate_not_needed", "/rate", detail).fix("Leave the rate out.").into());
        }
        Ok((currency, rate))
    }
}

/// The lines of a document and their sums.
pub(crate) struct Priced {
    pub(crate) terms: Terms,
    pub(crate) party: FoundParty,
    pub(crate) lines: Vec<DocumentLine>,
    pub(crate) taxes: BTreeMap<Uuid, TaxSum>,
    pub(crate) net: i64,
    pub(crate) tax: i64,
    pub(crate) company: Company,
    pub(crate) rate: Decimal,
    pub(crate) position: Option<Uuid>,
    /// The payment terms by which it is due, where nobody gives the day.
    pub(crate) term: Option<Term>,
}

impl Priced {
    /// The other side, if a new document may be made for it.
    pub(crate) fn party(&self) -> Result<PartyName> {
        self.party.clone().expect(self.terms.side.party_kind(), self.terms.side.party_at())
    }
    pub(crate) const fn gross(&self) -> i64 {
        self.net + self.tax
    }
}

/// Accounts and taxes that lines may use, and who the document is for.
#[derive(Default)]
struct Choices {
    party: Option<FoundParty>,
    taxes: BTreeMap<Uuid, Choice>,
    /// What the party's tax position puts in the place of a code.
    instead: BTreeMap<Uuid, Uuid>,
    accounts: BTreeMap<Uuid, (String, bool)>,
    tax: Option<Uuid>,
    account: Option<Uuid>,
    control: Option<Uuid>,
    rate: Option<Decimal>,
    position: Option<Uuid>,
    term: Option<Term>,
}

impl Choices {
    /// Without tax codes and accounts there is nothing that the party could have come with.
    fn nobody(&self) -> Refusal {
        if self.taxes.is_empty() && self.accounts.is_empty() {
            incomplete("tax code and accounts for this")
        } else {
            Refusal::not_found("party")
        }
    }
}

struct Choice {
    tax: Tax,
    code: String,
    /// Why it does not go on this document.
    wrong: Option<&'static str>,
}

/// Prices the lines of a document; `/lines/N/…` says which one is wrong. One round trip.
pub(crate) async fn price(cx: &mut Cx, terms: Terms, lines: Vec<Line>) -> Result<Priced> {
    let choices = choices(cx, &terms, &lines).await?;
    if lines.is_empty() {
        return Err(Refusal::invalid(codes::INVALID_INPUT, "/lines", "There is at least one line.").into());
    }
    let side = terms.side;
    let party = choices.party.clone().ok_or_else(|| choices.nobody())?;
    let mut priced = Vec::with_capacity(lines.len());
    let dimensions = dimensions(cx, &lines).await?;
    for (i, line) in lines.into_iter().enumerate() {
        priced.push(price_line(line, i, (&choices, &dimensions), &terms)?);
    }
    if terms.tax_inclusive {
        take_out(&mut priced, &terms.currency)?;
    }
    let taxes = tax_sums(&priced, terms.tax_inclusive, &terms.currency)?;
    let rate = choices.rate.ok_or_else(|| no_rate(&terms.currency, terms.date))?;
    let control = choices.control.ok_or_else(|| crate::posting::incomplete(side.control()))?;
    let document =
        Document { side, control, party: terms.party, currency: &terms.currency, rate, lines: &priced, taxes: &taxes };
    let ((net, tax), company) = (document.sums(), document.company(cx)?);
    Ok(Priced {
        party,
        lines: priced,
        net,
        tax,
        company,
        rate,
        position: choices.position,
        term: choices.term,
        taxes,
        terms,
    })
}

/// There is no rate of a currency on a day.
pub(crate) fn no_rate(currency: &str, date: NaiveDate) -> Refusal {
    Refusal::conflict("rate_missing", format!("There is no rate of {currency} on {date}."))
        .fix("Record a rate of the currency on or before that day, or give the rate.")
}

/// The codes of the cost centres and projects that lines name.
async fn dimensions(cx: &mut Cx, lines: &[Line]) -> Result<BTreeMap<Uuid, String>> {
    let mut named = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        named.extend(line.dimension.map(|of| (of.id, DimensionKind::CostCentre, format!("/lines/{i}/dimension"))));
        named.extend(line.project.map(|of| (of.id, DimensionKind::Project, format!("/lines/{i}/project"))));
    }
    dimensions::expect(cx, &named).await
}

fn price_line(
    line: Line,
    i: usize,
    (choices, dimensions): (&Choices, &BTreeMap<Uuid, String>),
    terms: &Terms,
) -> Result<DocumentLine> {
    let at = |field: &str| format!("/lines/{i}/{field}");
    let quantity = line.quantity.positive(&at("quantity"))?;
    let unit_price = line.unit_price.not_negative(&at("unit_price"))?;
    let discount_percent = line.discount_percent.map_or(Ok(Decimal::ZERO), |d| d.percent(&at("discount_percent")))?;
    let usual = || choices.tax.map(|usual| choices.instead.get(&usual).copied().unwrap_or(usual));
    let tax = line.tax_code.map(|code| code.id).or_else(usual).ok_or_else(|| incomplete("default tax code"))?;
    let choice = choices
        .taxes
        .get(&tax)
        .ok_or_else(|| Refusal::invalid(codes::NOT_FOUND, &at("tax_code"), "There is no such tax code."))?;
    if let Some(wrong) = choice.wrong {
        let detail = format!("{} {wrong} on {}.", choice.code, terms.date);
        return Err(Refusal::invalid("tax_code_not_valid", &at("tax_code"), detail).fix("Name another code.").into());
    }
    let fallback = || crate::posting::incomplete(terms.side.fallback());
    let account = line.account.map(|account| account.id).or(choices.account).ok_or_else(fallback)?;
    let account_code = match choices.accounts.get(&account) {
        Some((code, true)) => code.clone(),
        Some((_, false)) => {
            let detail = match terms.side {
                Side::Sale => "A sale is posted to an income account.",
                Side::Purchase => "A purchase is posted to an expense or asset account that is no control account.",
            };
            return Err(Refusal::invalid("wrong_account_type", &at("account"), detail).into());
        }
        None => return Err(Refusal::invalid(codes::NOT_FOUND, &at("account"), "There is no such account.").into()),
    };
    let mut line = DocumentLine {
        description: line.description.trim().to_owned(),
        quantity,
        unit: line.unit,
        unit_price,
        discount_percent,
        tax: choice.tax,
        tax_code: choice.code.clone(),
        account,
        account_code: Some(account_code),
        dimension: line.dimension.map(|dimension| dimension.id),
        dimension_code: line.dimension.and_then(|dimension| dimensions.get(&dimension.id).cloned()),
        project: line.project.map(|project| project.id),
        project_code: line.project.and_then(|project| dimensions.get(&project.id).cloned()),
        net: 0,
    };
    line.net = line.typed(&terms.currency)?;
    Ok(line)
}

/// What the lines may use, the other side, its tax position and the rate of the day.
#[expect(clippy::too_many_lines, reason = "one statement, and its rows in their places")]
async fn choices(cx: &mut Cx, terms: &Terms, lines: &[Line]) -> Result<Choices> {
    let org = cx.org();
    let taxes: Vec<Uuid> = lines.iter().filter_map(|line| line.tax_code.map(|code| code.id)).collect();
    let accounts: Vec<Uuid> = lines.iter().filter_map(|line| line.account.map(|account| account.id)).collect();
    let (side, foreign) = (terms.side, terms.currency != cx.currency());
    let rows = sqlx::query!(
        r#"with position as materialized (select tax_position_of($1, $2) as id),
           rules as materialized (
               select r.from_id, r.to_id from position p join tax_position_rules r on r.org_id = $1 and r.position_id = p.id
           ),
           term as materialized (
               select t.* from payment_terms t where t.org_id = $1 and t.id = coalesce($11,
                   (select p.payment_term_id from party_terms p where p.org_id = $1 and p.party_id = $2),
                   (select d.id from payment_terms d where d.org_id = $1 and d.is_default))
           )
           select c.kind as "kind!", c.id as "id!", c.code as "code!", c.rate, c.account_id, c.input_account_id,
               c.reverse_charge as "reverse!", c.fallback as "fallback!", c.fits as "fits!", c.wrong,
               p.number as "party_number?", p.name as "party_name?", p.kinds as "kinds?", p.archived_at is not null as "archived!",
               (select id from position) as position, case when $9 then rate_on($1, $10, $5) end as exchange,
               y.id as "term?", y.code as "term_code?", y.name as "term_name?", y.percents as "percents?: Vec<Decimal>", y.days as "days?",
               y.end_of_month as "end_of_month?", y.discount_percent as "early_percent?", y.discount_days as "early_days?",
               y.archived_at is not null as "term_archived!"
           from (
               select 'tax' as kind, t.id, t.code, tax_rate_on($1, t.id, $5) as rate, t.account_id, t.input_account_id, t.reverse_charge,
                   t.is_default as fallback, true as fits,
                   case when t.archived_at is not null then 'is archived'
                       when t.used_on not in ('both', $6) then 'is not for this side'
                       when $5 < t.valid_from or $5 > t.valid_to then 'is not valid' end as wrong
               from tax_codes t where t.org_id = $1
                 and (t.is_default or t.id = any ($3) or t.id in (select to_id from rules))
               union all
               select 'account', a.id, a.code, null, null, null, false, coalesce(a.purpose = $7, false),
                   a.control is null and not a.heading and a.archived_at is null
                       and case $6 when 'sale' then a.type = 'income' else a.type in ('expense', 'asset') end, a.purpose
               from accounts a where a.org_id = $1 and (a.purpose in ($7, $8) or a.id = any ($4))
               union all
               select 'rule', r.from_id, '', null, r.to_id, null, false, false, true, null from rules r
           ) c left join parties p on p.org_id = $1 and p.id = $2 left join term y on true"#,
        org,
        terms.party,
        &taxes,
        &accounts,
        terms.date,
        side.as_str(),
        side.fallback(),
        side.control(),
        foreign && terms.rate.is_none(),
        terms.currency,
        terms.payment_terms
    )
    .fetch_all(cx.db())
    .await?;
    let mut found = Choices { rate: terms.rate.or((!foreign).then_some(Decimal::ONE)), ..Choices::default() };
    for row in rows {
        if let (Some(number), Some(name), Some(kinds)) = (row.party_number, row.party_name, row.kinds) {
            let name = PartyName { id: terms.party, number, name };
            found.party = Some(FoundParty { name, kinds, archived: row.archived });
        }
        found.position = row.position;
        if let (None, Some(id)) = (&found.term, row.term) {
            found.term = Some(Term {
                id,
                code: row.term_code.unwrap_or_default(),
                name: row.term_name.unwrap_or_default(),
                percents: row.percents.unwrap_or_default(),
                days: row.days.unwrap_or_default(),
                end_of_month: row.end_of_month == Some(true),
                discount_percent: row.early_percent,
                discount_days: row.early_days,
                archived: row.term_archived,
            });
        }
        found.rate = found.rate.or(row.exchange);
        match (row.kind.as_str(), row.account_id) {
            ("tax", Some(account)) => {
                let reverse = row.reverse;
                // on a sale the buyer owes it: there is none
                let rate = row.rate.map(|rate| if reverse && side == Side::Sale { Decimal::ZERO } else { rate });
                let wrong = rate.is_none().then_some("has no rate").or_else(|| known(row.wrong.as_deref()));
                let rate = rate.unwrap_or_default();
                let tax = Tax { code: row.id, rate, account, input: row.input_account_id, reverse };
                let choice = Choice { tax, code: row.code, wrong };
                found.taxes.insert(row.id, choice);
                found.tax = found.tax.or(row.fallback.then_some(row.id));
            }
            ("rule", Some(to)) => {
                found.instead.insert(row.id, to);
            }
            _ => {
                found.accounts.insert(row.id, (row.code, row.fits));
                match row.wrong.as_deref() {
                    Some(purpose) if purpose == side.fallback() => found.account = Some(row.id),
                    Some(purpose) if purpose == side.control() => found.control = Some(row.id),
                    _ => {}
                }
            }
        }
    }
    Ok(found)
}

fn known(wrong: Option<&str>) -> Option<&'static str> {
    match wrong? {
        "is archived" => Some("is archived and not valid"),
        "is not for this side" => Some("is not for this kind of document and not valid"),
        _ => Some("is not valid"),
    }
}

fn incomplete(what: &str) -> Refusal {
    Refusal::conflict("chart_incomplete", format!("The company has no {what}."))
}
