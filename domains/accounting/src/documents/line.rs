//! The lines of documents, and what they come to.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::{Dec, Money, round_to_minor};
use steward_tools::{Cx, Named, Ref, Refusal, Result, codes};
use uuid::Uuid;

use crate::accounts::Account;
use crate::dimensions::Dimension;
use crate::posting::incomplete;
use crate::tax_codes::TaxCode;

/// One line: what, how much of it, at which price.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Line {
    /// What is sold or bought.
    #[schemars(length(min = 1, max = 500))]
    pub description: String,
    /// How much of it.
    pub quantity: Dec,
    /// The unit of the quantity (hours, pieces).
    #[schemars(length(max = 30))]
    pub unit: Option<String>,
    /// Price of one unit, before discount; before tax unless the document says that its prices include tax.
    pub unit_price: Dec,
    /// Discount in percent of the line.
    pub discount_percent: Option<Dec>,
    /// Tax code; the default, or what the tax position of the party puts in its place, unless told.
    pub tax_code: Option<Ref<TaxCode>>,
    /// Income or expense account; the company's default unless told.
    pub account: Option<Ref<Account>>,
    /// The cost centre it belongs to: code, name or id.
    pub dimension: Option<Ref<Dimension>>,
    /// The project it belongs to: code, name or id.
    pub project: Option<Ref<Dimension>>,
}

/// A line with its account, tax and sum, priced or as it is stored.
#[derive(Clone)]
pub(crate) struct DocumentLine {
    pub(crate) description: String,
    pub(crate) quantity: Decimal,
    pub(crate) unit: Option<String>,
    pub(crate) unit_price: Decimal,
    pub(crate) discount_percent: Decimal,
    pub(crate) tax: Tax,
    pub(crate) tax_code: String,
    pub(crate) account: Uuid,
    /// Outsiders do not see it.
    pub(crate) account_code: Option<String>,
    pub(crate) dimension: Option<Uuid>,
    pub(crate) dimension_code: Option<String>,
    pub(crate) project: Option<Uuid>,
    pub(crate) project_code: Option<String>,
    /// Before tax, rounded to the minor unit.
    pub(crate) net: i64,
}

/// A tax code at the rate of the document's date.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tax {
    pub(crate) code: Uuid,
    pub(crate) rate: Decimal,
    /// What we owe is posted here.
    pub(crate) account: Uuid,
    /// What we get back is posted here.
    pub(crate) input: Option<Uuid>,
    /// The buyer owes it.
    pub(crate) reverse: bool,
}

impl Tax {
    /// The account of what is got back.
    pub(crate) fn claimed(&self) -> Result<Uuid> {
        Ok(self.input.ok_or_else(|| incomplete("input_tax"))?)
    }
}

/// What the lines of one tax code come to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TaxSum {
    pub(crate) tax: Tax,
    pub(crate) net: i64,
    /// The tax, rounded once; under reverse charge what the buyer owes, which is not on the document.
    pub(crate) amount: i64,
}

impl TaxSum {
    /// What of it stands on the document.
    pub(crate) const fn charged(&self) -> i64 {
        if self.tax.reverse { 0 } else { self.amount }
    }
}

/// The taxes of lines.
///
/// Rounding (X2): each line is rounded to the minor unit, half away from zero; tax is computed for each tax code on the sum
/// of its lines and rounded once; the document is the sum of these. Where prices include tax, it is taken out of the sum of
/// each code, rounded once, and what remains is spread over the lines (see [`take_out`]).
pub(crate) fn tax_sums(lines: &[DocumentLine], inclusive: bool, currency: &str) -> Result<BTreeMap<Uuid, TaxSum>> {
    let mut sums: BTreeMap<Uuid, (TaxSum, i64)> = BTreeMap::new();
    for line in lines {
        let (sum, typed) = sums.entry(line.tax.code).or_insert((TaxSum { tax: line.tax, net: 0, amount: 0 }, 0));
        sum.net += line.net;
        *typed += if inclusive && !line.tax.reverse { line.typed(currency)? } else { 0 };
    }
    let settled = sums.into_iter().map(|(code, (mut sum, typed))| {
        sum.amount = if inclusive && !sum.tax.reverse {
            typed - sum.net
        } else {
            percent(sum.net, sum.tax.rate, Decimal::ONE_HUNDRED, currency)?
        };
        Ok((code, sum))
    });
    settled.collect()
}

/// Turns lines whose prices include tax into lines before tax: for each code the tax in their sum is rounded once, the lines
/// get their rounded parts of what remains, and the largest line the cent that is left over.
pub(super) fn take_out(lines: &mut [DocumentLine], currency: &str) -> Result<()> {
    let mut codes: Vec<Uuid> = lines.iter().filter(|line| !line.tax.reverse).map(|line| line.tax.code).collect();
    codes.sort_unstable();
    codes.dedup();
    for code in codes {
        let of_code = || lines.iter().filter(|line| line.tax.code == code);
        let Some(rate) = of_code().map(|line| line.tax.rate).next() else { continue };
        let typed: i64 = of_code().map(|line| line.net).sum();
        let net = typed - percent(typed, rate, Decimal::ONE_HUNDRED + rate, currency)?;
        let mut given = 0;
        for line in lines.iter_mut().filter(|line| line.tax.code == code) {
            line.net -= percent(line.net, rate, Decimal::ONE_HUNDRED + rate, currency)?;
            given += line.net;
        }
        if let Some(line) = lines.iter_mut().filter(|line| line.tax.code == code).max_by_key(|line| line.net) {
            line.net += net - given;
        }
    }
    Ok(())
}

/// `minor * rate / of`, rounded once.
pub(super) fn percent(minor: i64, rate: Decimal, of: Decimal, currency: &str) -> Result<i64> {
    round_to_minor(Money::new(minor, currency).decimal() * rate / of, currency)
}

impl DocumentLine {
    /// Quantity times price less discount, rounded: before tax, or with it where prices include it.
    pub(super) fn typed(&self, currency: &str) -> Result<i64> {
        let kept = (Decimal::ONE_HUNDRED - self.discount_percent) / Decimal::ONE_HUNDRED;
        let sum = self.quantity.checked_mul(self.unit_price).and_then(|sum| sum.checked_mul(kept));
        let too_large = || Refusal::invalid(codes::INVALID_INPUT, "/lines", "An amount is too large.");
        round_to_minor(sum.ok_or_else(too_large)?, currency)
    }
    pub(crate) fn view(self, currency: &str) -> LineView {
        LineView {
            description: self.description,
            quantity: Dec(self.quantity),
            unit: self.unit,
            unit_price: Dec(self.unit_price),
            discount_percent: Dec(self.discount_percent),
            tax_code: self.tax_code.into(),
            tax_rate: Dec(self.tax.rate),
            account: self.account_code.map(Named::from),
            dimension: self.dimension_code.map(Named::from),
            project: self.project_code.map(Named::from),
            net: Money::new(self.net, currency),
        }
    }
}

/// A line of a document.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LineView {
    /// What is sold or bought.
    pub description: String,
    /// How much of it.
    pub quantity: Dec,
    /// The unit of the quantity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Price of one unit.
    pub unit_price: Dec,
    /// Discount in percent.
    pub discount_percent: Dec,
    /// Code of the tax.
    pub tax_code: Named<TaxCode>,
    /// Rate of the tax in percent, as it was.
    pub tax_rate: Dec,
    /// Code of the income or expense account; hidden from outsiders.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Named<Account>>,
    /// Code of its cost centre.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimension: Option<Named<Dimension>>,
    /// Code of its project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<Named<Dimension>>,
    /// Sum of the line before tax.
    pub net: Money,
}

/// Lines turned on their side, as `unnest` takes them.
pub(crate) struct Columns {
    pub(crate) ids: Vec<Uuid>,
    pub(crate) descriptions: Vec<String>,
    pub(crate) quantities: Vec<Decimal>,
    pub(crate) units: Vec<Option<String>>,
    pub(crate) unit_prices: Vec<Decimal>,
    pub(crate) discounts: Vec<Decimal>,
    pub(crate) tax_codes: Vec<Uuid>,
    pub(crate) tax_rates: Vec<Decimal>,
    pub(crate) accounts: Vec<Uuid>,
    pub(crate) nets: Vec<i64>,
    pub(crate) dimensions: Vec<Option<Uuid>>,
    pub(crate) projects: Vec<Option<Uuid>>,
}

impl Columns {
    pub(crate) fn of(cx: &mut Cx, lines: &[DocumentLine]) -> Self {
        let each = lines.iter();
        Self {
            ids: each.clone().map(|_| cx.id()).collect(),
            descriptions: each.clone().map(|line| line.description.clone()).collect(),
            quantities: each.clone().map(|line| line.quantity).collect(),
            units: each.clone().map(|line| line.unit.clone()).collect(),
            unit_prices: each.clone().map(|line| line.unit_price).collect(),
            discounts: each.clone().map(|line| line.discount_percent).collect(),
            tax_codes: each.clone().map(|line| line.tax.code).collect(),
            tax_rates: each.clone().map(|line| line.tax.rate).collect(),
            accounts: each.clone().map(|line| line.account).collect(),
            nets: each.clone().map(|line| line.net).collect(),
            dimensions: each.clone().map(|line| line.dimension).collect(),
            projects: each.map(|line| line.project).collect(),
        }
    }
}
