//! What of an invoice is not credited yet, line by line and tax by tax, so that several credit notes close it exactly.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use steward_common::{Money, round_to_minor};
use steward_tools::{Cx, Refusal, Result};
use uuid::Uuid;

use super::lines::{Priced, PricedLine, Tax};
use crate::posting;

/// An invoice less its credit notes.
pub(super) struct Rest {
    /// Its number, for refusals.
    pub(super) number: String,
    /// Gross and tax that no credit note has taken back.
    pub(super) gross: i64,
    pub(super) tax: i64,
    lines: Vec<Left>,
    taxes: BTreeMap<Uuid, TaxLeft>,
    /// What credit notes took back that no line of the invoice answers to.
    stray: i64,
}

struct Left {
    line: PricedLine,
    net: i64,
    quantity: Decimal,
}

/// The sums of one tax code: on the invoice, and on its credit notes.
struct TaxLeft {
    tax: Tax,
    net: i64,
    credited: i64,
}

/// A line of an earlier credit note.
struct Credited {
    description: String,
    quantity: Decimal,
    unit_price: Decimal,
    tax_code_id: Uuid,
    account_id: Uuid,
    net: i64,
}

impl Rest {
    /// Reads it. The invoice is locked already.
    pub(super) async fn of(cx: &mut Cx, invoice: Uuid, number: &str, gross: i64, tax: i64) -> Result<Self> {
        let mut rest =
            Self { number: number.to_owned(), gross, tax, lines: Vec::new(), taxes: BTreeMap::new(), stray: 0 };
        rest.add_lines(cx, invoice).await?;
        let org = cx.org();
        let credited = sqlx::query_as!(
            Credited,
            "select l.description, l.quantity, l.unit_price, l.tax_code_id, l.account_id, l.net
             from credit_note_lines l join credit_notes c on c.org_id = l.org_id and c.id = l.credit_note_id
             where c.org_id = $1 and c.invoice_id = $2 order by c.number, l.line_no",
            org,
            invoice
        )
        .fetch_all(cx.db())
        .await?;
        credited.iter().for_each(|line| rest.take(line));
        Ok(rest)
    }

    async fn add_lines(&mut self, cx: &mut Cx, invoice: Uuid) -> Result<()> {
        let org = cx.org();
        let rows = sqlx::query!(
            "select l.description, l.quantity, l.unit, l.unit_price, l.discount_percent, l.tax_code_id, l.tax_rate,
                 t.account_id as tax_account, l.account_id, l.net
             from invoice_lines l join tax_codes t on t.org_id = l.org_id and t.id = l.tax_code_id
             where l.org_id = $1 and l.invoice_id = $2 order by l.line_no",
            org,
            invoice
        )
        .fetch_all(cx.db())
        .await?;
        for row in rows {
            let tax = Tax { code: row.tax_code_id, rate: row.tax_rate, account: row.tax_account };
            self.taxes.entry(tax.code).or_insert(TaxLeft { tax, net: 0, credited: 0 }).net += row.net;
            let line = PricedLine {
                description: row.description,
                quantity: row.quantity,
                unit: row.unit,
                unit_price: row.unit_price,
                discount_percent: row.discount_percent,
                tax,
                account: row.account_id,
                net: row.net,
            };
            self.lines.push(Left { net: line.net, quantity: line.quantity, line });
        }
        Ok(())
    }

    /// Takes a credited line off the lines it most likely answers: first those that say the same, last any of its tax.
    fn take(&mut self, credited: &Credited) {
        if let Some(tax) = self.taxes.get_mut(&credited.tax_code_id) {
            tax.credited += credited.net;
        }
        let alike = |line: &PricedLine| -> u8 {
            u8::from(line.account == credited.account_id)
                + u8::from(line.account == credited.account_id && line.description == credited.description)
        };
        let mut amount = credited.net;
        for likeness in [2, 1, 0] {
            let of_tax = self.lines.iter_mut().filter(|left| left.line.tax.code == credited.tax_code_id);
            for left in of_tax.filter(|left| alike(&left.line) == likeness) {
                let taken = amount.min(left.net);
                if taken == credited.net && taken > 0 && left.line.unit_price == credited.unit_price {
                    left.quantity -= credited.quantity;
                }
                left.net -= taken;
                amount -= taken;
            }
        }
        self.stray += amount;
    }

    /// All that is left, as the lines of one more credit note. Refused where earlier credit notes do not fit the lines.
    pub(super) async fn priced(&self, cx: &mut Cx) -> Result<Priced> {
        let currency = cx.currency().to_owned();
        let left = self.lines.iter().filter(|left| left.net > 0);
        let lines: Vec<PricedLine> = left.map(|left| left.as_line(&currency)).collect::<Result<_>>()?;
        let mut priced = Priced {
            net: lines.iter().map(|line| line.net).sum(),
            tax: 0,
            taxes: lines.iter().map(|line| (line.tax.code, (line.tax, 0))).collect(),
            receivable: posting::account_for(cx, "receivable").await?,
            lines,
            codes: BTreeMap::new(),
        };
        if self.stray > 0 || priced.lines.is_empty() {
            return Err(self.crooked().into());
        }
        self.settle_tax(cx, &mut priced)?;
        if priced.gross() == self.gross { Ok(priced) } else { Err(self.crooked().into()) }
    }

    /// Gives a credit note with these lines its tax: what the tax on all that is credited grows by. So the tax of several
    /// credit notes adds up to that of the invoice, however each would round (X2). Refuses more than is left.
    pub(super) fn settle_tax(&self, cx: &Cx, priced: &mut Priced) -> Result<()> {
        let currency = cx.currency();
        let left: i64 = self.taxes.values().map(|tax| tax.net - tax.credited).sum();
        if priced.net > left {
            return Err(self.exceeds(currency).into());
        }
        for line in &mut priced.lines {
            line.tax.rate = self.taxes.get(&line.tax.code).map_or(line.tax.rate, |left| left.tax.rate);
        }
        for (code, (tax, amount)) in &mut priced.taxes {
            let base: i64 = priced.lines.iter().filter(|line| line.tax.code == *code).map(|line| line.net).sum();
            let Some(of) = self.taxes.get(code) else {
                let detail = format!("{} has no line with this tax code.", self.number);
                return Err(Refusal::invalid("tax_not_on_invoice", "/lines", detail)
                    .fix("Credit with the tax codes of the invoice.")
                    .into());
            };
            if base > of.net - of.credited {
                let net = Money::new(of.net - of.credited, currency);
                let detail = format!("Only {net} net at {} % of {} can still be credited.", of.tax.rate, self.number);
                return Err(Refusal::invalid("exceeds_invoice", "/lines", detail).into());
            }
            tax.rate = of.tax.rate;
            *amount = of.tax_on(of.credited + base, currency)? - of.tax_on(of.credited, currency)?;
        }
        if priced.net == left {
            // earlier credit notes may have been rounded otherwise: the last one closes
            let tax: i64 = priced.taxes.values().map(|(_, amount)| amount).sum();
            if let Some((_, amount)) = priced.taxes.values_mut().max_by_key(|(_, amount)| *amount) {
                *amount = (*amount + self.tax - tax).max(0);
            }
        }
        priced.tax = priced.taxes.values().map(|(_, amount)| amount).sum();
        if priced.gross() > self.gross { Err(self.exceeds(currency).into()) } else { Ok(()) }
    }

    fn exceeds(&self, currency: &str) -> Refusal {
        let left = Money::new(self.gross, currency);
        Refusal::invalid("exceeds_invoice", "/lines", format!("Only {left} of {} can still be credited.", self.number))
    }

    fn crooked(&self) -> Refusal {
        let detail = format!("{} is credited in part, and not along its lines.", self.number);
        Refusal::conflict("partly_credited", detail).fix("Say which lines are still to be credited.")
    }
}

impl TaxLeft {
    fn tax_on(&self, net: i64, currency: &str) -> Result<i64> {
        round_to_minor(Money::new(net, currency).decimal() * self.tax.rate / Decimal::ONE_HUNDRED, currency)
    }
}

impl Left {
    /// The line as it was, as many of it as are left, or one of what is left.
    fn as_line(&self, currency: &str) -> Result<PricedLine> {
        let mut line = self.line.clone();
        line.net = self.net;
        if self.net == self.line.net {
            return Ok(line);
        }
        let kept = (Decimal::ONE_HUNDRED - line.discount_percent) / Decimal::ONE_HUNDRED;
        if self.quantity > Decimal::ZERO
            && round_to_minor(self.quantity * line.unit_price * kept, currency)? == self.net
        {
            line.quantity = self.quantity;
        } else {
            line.quantity = Decimal::ONE;
            line.unit = None;
            line.unit_price = Money::new(self.net, currency).decimal();
            line.discount_percent = Decimal::ZERO;
        }
        Ok(line)
    }
}
