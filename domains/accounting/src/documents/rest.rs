//! What of a document is not taken back yet, line by line and tax by tax, so that several notes close it exactly.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use steward_common::{Money, round_to_minor};
use steward_tools::{Cx, Refusal, Result};
use uuid::Uuid;

use super::line::{DocumentLine, TaxSum, percent};
use super::post::Taxes;
use super::stored;

/// A document less its notes.
pub(super) struct Rest {
    /// Its number and currency, for refusals and rounding.
    pub(super) number: String,
    pub(super) currency: String,
    /// Gross and tax that no note has taken back.
    pub(super) gross: i64,
    pub(super) tax: i64,
    lines: Vec<Left>,
    taxes: BTreeMap<Uuid, TaxLeft>,
    /// What notes took back that no line of the document answers to.
    stray: i64,
}

struct Left {
    line: DocumentLine,
    net: i64,
    quantity: Decimal,
}

/// The sums of one tax code: on the document, and on its notes.
struct TaxLeft {
    sum: TaxSum,
    credited: i64,
}

/// A line of an earlier note.
struct Credited {
    description: String,
    quantity: Decimal,
    unit_price: Decimal,
    tax_code_id: Uuid,
    account_id: Uuid,
    net: i64,
}

/// What a note takes back.
pub(super) struct Note {
    pub(super) lines: Vec<DocumentLine>,
    pub(super) taxes: Taxes,
}

impl Note {
    fn net(&self) -> i64 {
        self.lines.iter().map(|line| line.net).sum()
    }
    fn tax(&self) -> i64 {
        self.taxes.values().map(TaxSum::charged).sum()
    }
}

impl Rest {
    /// Reads it. The document is locked already.
    pub(super) async fn of(
        cx: &mut Cx,
        document: Uuid,
        number: &str,
        currency: &str,
        open: (i64, i64),
    ) -> Result<Self> {
        let mut rest = Self {
            number: number.to_owned(),
            currency: currency.to_owned(),
            gross: open.0,
            tax: open.1,
            lines: Vec::new(),
            taxes: BTreeMap::new(),
            stray: 0,
        };
        for line in stored::lines(cx, document).await? {
            let sum = TaxSum { tax: line.tax, net: 0, amount: 0 };
            rest.taxes.entry(line.tax.code).or_insert(TaxLeft { sum, credited: 0 }).sum.net += line.net;
            rest.lines.push(Left { net: line.net, quantity: line.quantity, line });
        }
        let org = cx.org();
        let credited = sqlx::query_as!(
            Credited,
            "select l.description, l.quantity, l.unit_price, l.tax_code_id, l.account_id, l.net
             from credit_note_lines l join credit_notes c on c.org_id = l.org_id and c.id = l.credit_note_id
             where c.org_id = $1 and c.invoice_id = $2 order by c.number, l.line_no",
            org,
            document
        )
        .fetch_all(cx.db())
        .await?;
        credited.iter().for_each(|line| rest.take(line));
        Ok(rest)
    }

    /// Takes a credited line off the lines it most likely answers: first those that say the same, last any of its tax.
    fn take(&mut self, credited: &Credited) {
        if let Some(tax) = self.taxes.get_mut(&credited.tax_code_id) {
            tax.credited += credited.net;
        }
        let alike = |line: &DocumentLine| -> u8 {
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

    /// All that is left, as one more note. Refused where earlier notes do not fit the lines.
    pub(super) fn all(&self) -> Result<Note> {
        let left = self.lines.iter().filter(|left| left.net > 0);
        let lines: Vec<DocumentLine> = left.map(|left| left.as_line(&self.currency)).collect::<Result<_>>()?;
        let taxes = lines.iter().map(|line| (line.tax.code, TaxSum { tax: line.tax, net: 0, amount: 0 })).collect();
        let mut note = Note { lines, taxes };
        if self.stray > 0 || note.lines.is_empty() {
            return Err(self.crooked().into());
        }
        self.settle_tax(&mut note)?;
        if note.net() + note.tax() == self.gross { Ok(note) } else { Err(self.crooked().into()) }
    }

    /// Gives a note with these lines its tax: what the tax on all that is taken back grows by. So the tax of several notes
    /// adds up to that of the document, however each would round (X2). Refuses more than is left.
    pub(super) fn settle_tax(&self, note: &mut Note) -> Result<()> {
        let currency = &self.currency;
        let left: i64 = self.taxes.values().map(|tax| tax.sum.net - tax.credited).sum();
        let net = note.net();
        if net > left {
            return Err(self.exceeds().into());
        }
        for line in &mut note.lines {
            line.tax.rate = self.taxes.get(&line.tax.code).map_or(line.tax.rate, |left| left.sum.tax.rate);
        }
        for (code, sum) in &mut note.taxes {
            sum.net = note.lines.iter().filter(|line| line.tax.code == *code).map(|line| line.net).sum();
            let Some(of) = self.taxes.get(code) else {
                let detail = format!("{} has no line with this tax code.", self.number);
                return Err(Refusal::invalid("tax_not_on_invoice", "/lines", detail)
                    .fix("Use the tax codes of the document.")
                    .into());
            };
            if sum.net > of.sum.net - of.credited {
                let net = Money::new(of.sum.net - of.credited, currency);
                let detail =
                    format!("Only {net} net at {} % of {} can still be credited.", of.sum.tax.rate, self.number);
                return Err(Refusal::invalid("exceeds_invoice", "/lines", detail).into());
            }
            sum.tax = of.sum.tax;
            sum.amount = of.tax_on(of.credited + sum.net, currency)? - of.tax_on(of.credited, currency)?;
        }
        if net == left {
            // earlier notes may have been rounded otherwise: the last one closes
            let tax = note.tax();
            let charged = note.taxes.values_mut().filter(|sum| !sum.tax.reverse);
            if let Some(sum) = charged.max_by_key(|sum| sum.amount) {
                sum.amount = (sum.amount + self.tax - tax).max(0);
            }
        }
        if net + note.tax() > self.gross { Err(self.exceeds().into()) } else { Ok(()) }
    }

    fn exceeds(&self) -> Refusal {
        let left = Money::new(self.gross, &self.currency);
        Refusal::invalid("exceeds_invoice", "/lines", format!("Only {left} of {} can still be credited.", self.number))
    }

    fn crooked(&self) -> Refusal {
        let detail = format!("{} is credited in part, and not along its lines.", self.number);
        Refusal::conflict("partly_credited", detail).fix("Say which lines are still to be credited.")
    }
}

impl TaxLeft {
    fn tax_on(&self, net: i64, currency: &str) -> Result<i64> {
        percent(net, self.sum.tax.rate, Decimal::ONE_HUNDRED, currency)
    }
}

impl Left {
    /// The line as it was, as many of it as are left, or one of what is left.
    fn as_line(&self, currency: &str) -> Result<DocumentLine> {
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
