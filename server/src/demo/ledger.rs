//! What no document of a customer books: opening balances, goods bought, wages, rent and everything else that comes every month.

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};
use serde_json::{Value, json};
use steward_tools::Call;

use super::calendar::{last_workday, month_end, next_workday};
use super::dice::Dice;
use super::goods::money;
use super::teller::of;

/// What was sold in a month, less what was credited.
#[derive(Default, Clone, Copy)]
pub(super) struct Sums {
    pub(super) net: i64,
    pub(super) tax: i64,
}

/// Sides of an entry by the codes of their accounts: debits are positive.
type Sides<'a> = &'a [(&'a str, i64)];

const CASH: &str = "1010";
const PREPAID: &str = "1300";
const STOCK: &str = "1400";
const INPUT_TAX: &str = "1500";
const OUTPUT_TAX: &str = "2200";
const PAYROLL: &str = "2300";
const OTHER: &str = "6900";

/// The vendor abroad whose bills are without tax: the company owes it, and gets it back.
const ABROAD: usize = SUPPLIERS;

/// Of a hundred sold, what it cost.
const COST: i64 = 66;

/// The monthly round.
pub(super) struct Ledger {
    accounts: BTreeMap<String, String>,
    start: NaiveDate,
    today: NaiveDate,
    /// How large the company is, in thousandths.
    scale: i64,
    input_tax: BTreeMap<(i32, u32), i64>,
    /// The tax that is owed for vendors abroad.
    reverse_charge: BTreeMap<(i32, u32), i64>,
    /// Those we buy from, and their bills that are not paid.
    vendors: Vec<String>,
    open: Vec<Owed>,
    bills: usize,
    payroll: i64,
}

/// A bill that is not paid.
struct Owed {
    vendor: usize,
    gross: i64,
    due: NaiveDate,
}

/// Vendors of goods that the company buys from every month.
const SUPPLIERS: usize = 4;

impl Ledger {
    pub(super) const fn new(
        accounts: BTreeMap<String, String>,
        vendors: Vec<String>,
        start: NaiveDate,
        today: NaiveDate,
        scale: i64,
    ) -> Self {
        Self {
            accounts,
            start,
            today,
            scale,
            input_tax: BTreeMap::new(),
            reverse_charge: BTreeMap::new(),
            vendors,
            open: Vec::new(),
            bills: 0,
            payroll: 0,
        }
    }

    /// Whether what is booked on this day depends on what was sold.
    pub(super) fn needs_sums(&self, day: NaiveDate) -> bool {
        day == month_end(day) || [15, 20].into_iter().any(|on| falls(day, on))
    }

    /// The entries of a day.
    pub(super) fn on(&mut self, day: NaiveDate, sums: &BTreeMap<(i32, u32), Sums>) -> Vec<Vec<Call>> {
        let mut all = Vec::new();
        if day == self.start {
            all.extend(self.opening(day));
            all.push(vec![self.rent(day)]);
        }
        if day == self.start || day == month_end(day) {
            all.extend(["GBP", "USD"].map(|currency| {
                let rate = format!("{:.4}", rust_decimal::Decimal::new(rate(currency, day), 4));
                vec![of("accounting.rates.create", json!({"currency": currency, "date": day, "rate": rate}))]
            }));
        }
        all.extend(self.spread(day));
        let month = day.format("%B %Y").to_string();
        if falls(day, 1) && day >= first_rent(self.start) {
            *self.input_tax.entry((day.year(), day.month())).or_default() += self.rent_net() / 5;
            all.push(vec![of("accounting.recurring.run", json!({"as_of": day}))]);
        }
        if falls(day, 10) {
            let winter = if matches!(day.month(), 11 | 12 | 1..=3) { 90_000 } else { 0 };
            let energy = self.sized(day, 98_000 + winter);
            all.extend(self.cost(day, &format!("Electricity and heating, {month}"), "6200", energy));
        }
        if falls(day, 12) {
            all.extend(self.cost(day, &format!("Telephone and internet, {month}"), "6900", self.sized(day, 24_900)));
        }
        if falls(day, 15) {
            all.extend(self.return_taxes(day, sums));
            all.extend(self.yearly(day));
        }
        if falls(day, 20) {
            all.extend(self.buy(day, sums));
        }
        if falls(day, 25) {
            all.extend(self.pay_vendors(day));
        }
        if day == last_workday(month_end(day)) {
            all.extend(self.wages(day, &month));
        }
        if day == month_end(day) {
            all.extend(self.close(day, &month, sums));
        }
        all
    }

    /// What the former system handed over; what vendors were owed comes as their bills, for a part of the stock.
    fn opening(&mut self, day: NaiveDate) -> Vec<Vec<Call>> {
        let scale = self.scale;
        let of = |thousands: i64| thousands * scale * 100;
        let sides = [
            ("1000", of(1)),
            (CASH, of(420)),
            (STOCK, of(240 - 104)),
            ("0400", of(96)),
            ("0490", -of(31)),
            ("2500", -of(250)),
            ("3000", -of(100)),
            ("3900", -of(272)),
        ];
        let balances = self.entry(day, "Opening balances from the former system", Some("OPENING"), &sides);
        let bills = (0..SUPPLIERS)
            .filter_map(|vendor| self.bill(day, vendor, (of(26), "ZERO", STOCK), "Goods, from the former system"));
        let bills: Vec<_> = bills.collect();
        balances.into_iter().chain(bills).collect()
    }

    /// A cost with input tax, paid from the bank.
    fn cost(&mut self, day: NaiveDate, memo: &str, account: &str, net: i64) -> Option<Vec<Call>> {
        let tax = net / 5;
        *self.input_tax.entry((day.year(), day.month())).or_default() += tax;
        self.entry(day, memo, None, &[(account, net), (INPUT_TAX, tax), (CASH, -net - tax)])
    }

    /// Goods bought on account: what was sold last month has to be replaced.
    fn buy(&mut self, day: NaiveDate, sums: &BTreeMap<(i32, u32), Sums>) -> Vec<Vec<Call>> {
        let sold = sums.get(&before(day, 1)).copied().unwrap_or_default().net;
        let percent = 97 + i64::try_from(self.dice(day).below(9)).unwrap_or_default();
        let net = sold * COST / 100 * percent / 100;
        let what = format!("Goods, {}", day.format("%B %Y"));
        // the first sells most; whole euros, so that the tax is the same whoever computes it
        let parts = [40, 30, 20, 10].map(|part| net * part / 10_000 * 100);
        let bills =
            (0..SUPPLIERS).zip(parts).filter_map(|(vendor, net)| self.bill(day, vendor, (net, "STD", STOCK), &what));
        let mut bills: Vec<_> = bills.collect();
        let boxes = self.sized(day, 120_000) / 10_000 * 10_000;
        bills.extend(self.bill(day, ABROAD, (boxes, "RC", OTHER), &format!("Packaging, {}", day.format("%B %Y"))));
        *self.reverse_charge.entry((day.year(), day.month())).or_default() += boxes / 5;
        *self.input_tax.entry((day.year(), day.month())).or_default() += parts.iter().sum::<i64>() / 5;
        bills
    }

    /// Enters, approves and posts a bill for goods.
    fn bill(
        &mut self,
        day: NaiveDate,
        vendor: usize,
        (net, tax, account): (i64, &str, &str),
        what: &str,
    ) -> Option<Vec<Call>> {
        let id = self.vendors.get(vendor).filter(|_| net > 0)?;
        self.bills += 1;
        let gross = if tax == "STD" { net + net / 5 } else { net };
        let due = day + chrono::Days::new(30);
        let line = json!({"description": what, "quantity": "1", "unit_price": money(net), "tax_code": tax, "account": self.accounts.get(account)});
        let draft = json!({"vendor": id, "vendor_number": format!("R{}-{:04}", day.format("%y"), 1000 + self.bills * 7), "date": day,
            "due_date": due, "lines": [line]});
        self.open.push(Owed { vendor, gross, due });
        let first = json!({"id": {"$result": [0, "/id"]}});
        Some(vec![
            of("accounting.bills.create", draft),
            of("accounting.bills.approve", first.clone()),
            of("accounting.bills.post", first),
        ])
    }

    /// What falls due in the next days; a few bills wait a month longer.
    fn pay_vendors(&mut self, day: NaiveDate) -> Vec<Vec<Call>> {
        let mut owed: BTreeMap<usize, i64> = BTreeMap::new();
        self.open.retain(|bill| {
            let pays = bill.due <= day + chrono::Days::new(5);
            if pays {
                *owed.entry(bill.vendor).or_default() += bill.gross;
            }
            !pays
        });
        let run = format!("RUN {}", day.format("%Y-%m"));
        let pay = |(vendor, amount): (usize, i64)| {
            let arguments =
                json!({"vendor": self.vendors.get(vendor)?, "amount": money(amount), "date": day, "reference": run});
            Some(vec![of("accounting.payments.pay", arguments)])
        };
        owed.into_iter().filter_map(pay).collect()
    }

    /// The value added tax of two months ago, and what was withheld from wages last month.
    fn return_taxes(&mut self, day: NaiveDate, sums: &BTreeMap<(i32, u32), Sums>) -> Vec<Vec<Call>> {
        let month = before(day, 2);
        let output = sums.get(&month).copied().unwrap_or_default().tax;
        let input = self.input_tax.remove(&month).unwrap_or_default();
        let reverse = self.reverse_charge.remove(&month).unwrap_or_default();
        let memo = format!("Value added tax of {}-{:02}", month.0, month.1);
        let sides = [(OUTPUT_TAX, output + reverse), (INPUT_TAX, -input - reverse), (CASH, input - output)];
        let returned = self.entry(day, &memo, Some(&format!("VAT {}-{:02}", month.0, month.1)), &sides);
        let withheld = std::mem::take(&mut self.payroll);
        let paid = self.entry(
            day,
            "Wage tax and social security of last month",
            None,
            &[(PAYROLL, withheld), (CASH, -withheld)],
        );
        returned.into_iter().chain(paid).collect()
    }

    fn yearly(&mut self, day: NaiveDate) -> Vec<Vec<Call>> {
        let entry = match day.month() {
            3 | 9 => self.cost(day, "Stand at the trade fair", "6600", self.sized(day, 620_000)),
            _ => None,
        };
        entry.into_iter().collect()
    }

    /// The rent, as it comes every month without anybody writing it.
    fn rent(&self, day: NaiveDate) -> Call {
        let net = self.rent_net();
        let line = |code: &str, side: &str, cents: i64| json!({"account": self.accounts.get(code), side: money(cents)});
        let lines =
            [line("6100", "debit", net), line(INPUT_TAX, "debit", net / 5), line(CASH, "credit", net + net / 5)];
        let name = "Rent of office and warehouse";
        let start = first_rent(day);
        of("accounting.recurring.create", json!({"name": name, "interval": "monthly", "start": start, "lines": lines}))
    }

    fn rent_net(&self) -> i64 {
        540_000 * self.scale / 1000 / 5 * 5
    }

    /// What is spread over months: the insurance, paid for a year in advance, and the bonus, accrued until the year is over.
    fn spread(&self, day: NaiveDate) -> Vec<Vec<Call>> {
        let mut all = Vec::new();
        let schedule = |name: String, kind: &str, cents: i64, months: u32, account: &str| {
            let account = self.accounts.get(account);
            let schedule = json!({"name": name, "kind": kind, "amount": money(cents), "months": months, "start": day, "account": account});
            vec![of("accounting.schedules.create", schedule)]
        };
        if (day.month(), day.day()) == (self.start.month(), self.start.day()) {
            let (name, premium) = (format!("Insurance from {}", day.format("%B %Y")), self.sized(day, 780_000));
            all.extend(self.entry(day, &name, None, &[(PREPAID, premium), (CASH, -premium)]));
            all.push(schedule(name, "prepaid_expense", premium, 12, "6400"));
        }
        if day == self.start || day.ordinal() == 1 {
            let months = 13 - day.month();
            let bonus = self.sized(day, 150_000) * i64::from(months);
            all.push(schedule(format!("Bonus of {}", day.year()), "accrued_expense", bonus, months, "6000"));
        }
        all
    }

    fn wages(&mut self, day: NaiveDate, month: &str) -> Option<Vec<Call>> {
        // the thirteenth and fourteenth month, as the country pays them
        let times = if matches!(day.month(), 6 | 11) { 2 } else { 1 };
        let gross = self.sized(day, 1_800_000) * times;
        let employer = gross * 21 / 100;
        let net = gross * 68 / 100;
        self.payroll += gross + employer - net;
        let sides = [("6000", gross), ("6010", employer), (CASH, -net), (PAYROLL, net - gross - employer)];
        self.entry(day, &format!("Salaries, {month}"), Some(&format!("PAYROLL {}", day.format("%Y-%m"))), &sides)
    }

    /// What the end of a month brings.
    fn close(&mut self, day: NaiveDate, month: &str, sums: &BTreeMap<(i32, u32), Sums>) -> Vec<Vec<Call>> {
        let sold = sums.get(&(day.year(), day.month())).copied().unwrap_or_default().net;
        let freight = self.cost(day, &format!("Freight and fuel, {month}"), "6300", sold * 2 / 100);
        let worn = self.sized(day, 115_000);
        let mut fees = 3_850 + i64::try_from(self.dice(day).below(2_400)).unwrap_or_default();
        let mut instalment = 0;
        if day.month().is_multiple_of(3) {
            instalment = 375_000 * self.scale / 1000;
            fees += 150_000 * self.scale / 1000;
        }
        let spread = Some(vec![of("accounting.schedules.run", json!({"as_of": day}))]);
        // restated for the statements of the quarter; by then something is open abroad
        let settled_in = self.start + chrono::Days::new(45);
        let restated = (day.month().is_multiple_of(3) && day >= settled_in && day < self.today)
            .then(|| vec![of("accounting.revaluations.run", json!({"date": day}))]);
        [
            spread,
            restated,
            freight,
            self.entry(
                day,
                &format!("Cost of goods sold, {month}"),
                None,
                &[("5000", sold * COST / 100), (STOCK, -(sold * COST / 100))],
            ),
            self.entry(day, &format!("Depreciation, {month}"), None, &[("6500", worn), ("0490", -worn)]),
            self.entry(
                day,
                &format!("Bank charges and interest, {month}"),
                None,
                &[("2500", instalment), ("6800", fees), (CASH, -fees - instalment)],
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// An amount for a company of this size, 3 % more every year.
    fn sized(&self, day: NaiveDate, cents: i64) -> i64 {
        let years = i64::from(day.year() - self.start.year());
        cents * self.scale / 1000 * (100 + 3 * years) / 100
    }

    fn dice(&self, day: NaiveDate) -> Dice {
        Dice::of("ledger", usize::try_from((day - self.start).num_days()).unwrap_or_default())
    }

    /// Drafts and posts; nothing where there is nothing to book.
    fn entry(&self, date: NaiveDate, memo: &str, reference: Option<&str>, sides: Sides<'_>) -> Option<Vec<Call>> {
        let line = |(code, amount): &(&str, i64)| {
            let side = if *amount > 0 { "debit" } else { "credit" };
            (*amount != 0).then(|| json!({"account": self.accounts.get(*code), side: money(amount.abs())}))
        };
        let lines: Vec<Value> = sides.iter().filter_map(line).collect();
        let mut draft = json!({"date": date, "memo": memo, "lines": lines});
        if let Some(reference) = reference {
            draft["reference"] = json!(reference);
        }
        (lines.len() > 1).then(|| {
            vec![
                of("accounting.entries.create", draft),
                of("accounting.entries.post", json!({"id": {"$result": [0, "/id"]}})),
            ]
        })
    }
}

/// What trade abroad needs: two currencies, and the tax that the buyer owes.
pub(super) fn abroad() -> Vec<Call> {
    let code = json!({"code": "RC", "name": "Reverse charge 20 %", "rate": "20", "used_on": "purchase", "reverse_charge": true});
    let currency = |code: &str| of("accounting.currencies.create", json!({"code": code}));
    vec![currency("GBP"), currency("USD"), of("accounting.tax_codes.create", code)]
}

/// Ten-thousandths of a euro for one of a currency: another each month, from the last day of the month before.
pub(super) fn rate(currency: &str, day: NaiveDate) -> i64 {
    let day = day + chrono::Days::new(1);
    let usual = if currency == "GBP" { 11_700 } else { 9_200 };
    let month = usize::try_from(day.year() * 12).unwrap_or_default() + day.month0() as usize;
    usual - 200 + i64::try_from(Dice::of(currency, month).below(400)).unwrap_or_default()
}

/// The first of a month from which on rent is paid.
fn first_rent(start: NaiveDate) -> NaiveDate {
    if start.day() == 1 { start } else { month_end(start) + chrono::Days::new(1) }
}

/// Whether the day is this day of the month, or the first after it on which people work.
fn falls(day: NaiveDate, on: u32) -> bool {
    day.with_day(on).is_some_and(|on| next_workday(on) == day)
}

fn before(day: NaiveDate, months: u32) -> (i32, u32) {
    let then = day - Months::new(months);
    (then.year(), then.month())
}
