//! What a document posts, in its own currency and the company's.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use steward_common::{Money, round_to_minor};
use steward_tools::{Cx, Result};
use uuid::Uuid;

use super::Side;
use super::line::{DocumentLine, TaxSum};
use crate::posting::Leg;

/// The sums of a document in the company's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Company {
    pub(crate) net: i64,
    pub(crate) tax: i64,
    pub(crate) gross: i64,
}

/// A document about to be posted.
pub(crate) struct Document<'a> {
    pub(crate) side: Side,
    /// The account that holds what is owed.
    pub(crate) control: Uuid,
    pub(crate) party: Uuid,
    pub(crate) currency: &'a str,
    /// Units of the company's currency for one of the document's.
    pub(crate) rate: Decimal,
    pub(crate) lines: &'a [DocumentLine],
    pub(crate) taxes: &'a BTreeMap<Uuid, TaxSum>,
}

impl Document<'_> {
    /// What stands on it, in its own currency: before tax, and tax.
    pub(crate) fn sums(&self) -> (i64, i64) {
        (self.lines.iter().map(|line| line.net).sum(), self.taxes.values().map(TaxSum::charged).sum())
    }

    /// The tax of a code in the company's currency: what it owes and what stands on the document.
    pub(crate) fn company_tax(&self, cx: &Cx, sum: &TaxSum) -> Result<i64> {
        self.converted(cx, sum.amount)
    }

    /// Minor units of the document's currency in those of the company's, rounded.
    pub(crate) fn converted(&self, cx: &Cx, minor: i64) -> Result<i64> {
        converted(cx, self.currency, self.rate, minor)
    }

    /// What it comes to in the company's currency: the whole is converted and rounded, each tax too, and what is before tax
    /// is the difference.
    pub(crate) fn company(&self, cx: &Cx) -> Result<Company> {
        let (net, tax) = self.sums();
        let gross = self.converted(cx, net + tax)?;
        let charged = self.taxes.values().map(|sum| self.converted(cx, sum.charged()));
        let tax = charged.sum::<Result<i64>>()?;
        Ok(Company { net: gross - tax, tax, gross })
    }

    /// The entry: the party owes, or is owed, the whole; income or expense by account, tax by code. What rounding leaves
    /// between the whole and its parts goes to the largest account (A1, A7).
    pub(crate) fn legs(&self, cx: &Cx) -> Result<Vec<Leg>> {
        let company = self.company(cx)?;
        let (net, tax) = self.sums();
        let mut owed = self.leg(cx, self.control, net + tax, company.gross);
        owed.party = Some(self.party);
        let mut accounts: BTreeMap<(Uuid, Option<Uuid>, Option<Uuid>), i64> = BTreeMap::new();
        for line in self.lines {
            *accounts.entry((line.account, line.dimension, line.project)).or_default() += line.net;
        }
        let mut earned = Vec::with_capacity(accounts.len());
        let mut left = company.net;
        for ((account, dimension, project), net) in accounts {
            let amount = self.converted(cx, net)?;
            left -= amount;
            earned.push((account, dimension, project, net, amount));
        }
        if let Some(largest) = earned.iter_mut().max_by_key(|(.., amount)| *amount) {
            largest.4 += left;
        }
        let earned = earned.into_iter().map(|(account, dimension, project, net, amount)| Leg {
            dimension,
            project,
            ..self.leg(cx, account, net, amount).mirrored()
        });
        let mut legs = vec![owed];
        legs.extend(earned);
        for sum in self.taxes.values() {
            legs.extend(self.tax_legs(cx, sum)?);
        }
        sweep(&mut legs);
        if self.side == Side::Purchase {
            legs = legs.into_iter().map(Leg::mirrored).collect();
        }
        Ok(legs)
    }

    /// The sides of a tax as a sale has them; a purchase mirrors them.
    fn tax_legs(&self, cx: &Cx, sum: &TaxSum) -> Result<Vec<Leg>> {
        if sum.amount == 0 {
            return Ok(Vec::new());
        }
        let amount = self.company_tax(cx, sum)?;
        Ok(match (self.side, sum.tax.reverse) {
            (Side::Sale, true) => Vec::new(),
            (Side::Sale, false) => vec![self.leg(cx, sum.tax.account, sum.amount, amount).mirrored()],
            (Side::Purchase, false) => vec![self.leg(cx, sum.tax.claimed()?, sum.amount, amount).mirrored()],
            // both taxes at once: we owe it, and get it back
            (Side::Purchase, true) => vec![
                self.leg(cx, sum.tax.claimed()?, sum.amount, amount).mirrored(),
                self.leg(cx, sum.tax.account, sum.amount, amount),
            ],
        })
    }

    /// A debit, with its foreign amount where there is one.
    fn leg(&self, cx: &Cx, account: Uuid, amount: i64, company: i64) -> Leg {
        let leg = Leg::debit(account, None, company);
        if self.currency == cx.currency() { leg } else { leg.in_currency(self.currency, amount, self.rate) }
    }
}

/// What is too little to be anything in the company's currency is not a side of its own: its foreign amount goes with the
/// largest side of the same direction, so that both currencies balance (A1).
pub(crate) fn sweep(legs: &mut Vec<Leg>) {
    let (dust, mut kept): (Vec<Leg>, Vec<Leg>) = legs.drain(..).partition(|leg| leg.debit == 0 && leg.credit == 0);
    for foreign in dust.into_iter().filter_map(|leg| leg.foreign_amount).filter(|amount| *amount != 0) {
        let alike = kept.iter_mut().filter(|leg| leg.foreign_amount.is_some_and(|of| (of > 0) == (foreign > 0)));
        if let Some(leg) = alike.max_by_key(|leg| leg.debit.max(leg.credit)) {
            leg.foreign_amount = leg.foreign_amount.map(|amount| amount + foreign);
        }
    }
    *legs = kept;
}

/// Minor units of `currency` in the company's, at `rate`, rounded.
pub(crate) fn converted(cx: &Cx, currency: &str, rate: Decimal, minor: i64) -> Result<i64> {
    if currency == cx.currency() {
        return Ok(minor);
    }
    round_to_minor(Money::new(minor, currency).decimal() * rate, cx.currency())
}
