//! A company's life, day by day, through the gate: what is sold, paid, credited, returned and booked.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};
use serde_json::{Value, json};
use steward_tools::{Call, Result};

use super::calendar::{demand, next_workday, works};
use super::customers::Profile;
use super::dice::Dice;
use super::goods::{self, Codes, GOODS, Terms, money};
use super::ledger::{Ledger, Sums, rate};
use super::stories::{self, Told};
use super::teller::{Teller, amount, of, text};

/// A customer with its record.
pub(super) struct Customer {
    pub(super) id: String,
    pub(super) profile: Profile,
}

/// An invoice; what the gate answered is empty until it was carried out.
pub(super) struct Sold {
    pub(super) customer: usize,
    pub(super) id: String,
    pub(super) number: String,
    gross: i64,
    open: i64,
    lines: Vec<Value>,
    /// Whether it is part of a story.
    pub(super) told: bool,
}

/// A payment and what it settled.
pub(super) struct Received {
    pub(super) customer: usize,
    pub(super) id: String,
    settled: Vec<(usize, i64)>,
}

/// What an answer is for.
enum Then {
    Nothing,
    Sold(usize),
    Received(usize),
    Credited(usize),
}

/// What the books of an organisation are made of.
pub(super) struct Setting {
    pub(super) start: NaiveDate,
    pub(super) today: NaiveDate,
    /// Invoices of a hundred working days.
    pub(super) rate: u64,
    pub(super) codes: Codes,
    /// What is told beside the everyday.
    pub(super) told: Vec<Told>,
}

/// A life as far as it is lived.
pub(super) struct Life<'a> {
    teller: Teller<'a>,
    setting: Setting,
    pub(super) customers: Vec<Customer>,
    pub(super) sold: Vec<Sold>,
    pub(super) received: Vec<Received>,
    ledger: Option<Ledger>,
    thens: Vec<Then>,
    /// Invoices whose next step needs an answer that still waits.
    busy: BTreeSet<usize>,
    due: BTreeMap<(NaiveDate, usize), Vec<(usize, u8)>>,
    credits: BTreeMap<NaiveDate, Vec<usize>>,
    returns: BTreeMap<NaiveDate, Vec<usize>>,
    sums: BTreeMap<(i32, u32), Sums>,
    dice: Dice,
}

const REASONS: [&str; 6] = [
    "Damaged in transit",
    "Delivered short",
    "Wrong colour, sent back",
    "Price agreed by phone",
    "Faulty, replaced under warranty",
    "Ordered too many, sent back unopened",
];
const WHOLE: [&str; 3] = ["Invoiced twice", "Delivered to the wrong address", "Order cancelled before delivery"];

impl<'a> Life<'a> {
    pub(super) fn new(teller: Teller<'a>, setting: Setting, customers: Vec<Customer>, ledger: Option<Ledger>) -> Self {
        Self {
            teller,
            setting,
            customers,
            sold: Vec::new(),
            received: Vec::new(),
            ledger,
            thens: Vec::new(),
            busy: BTreeSet::new(),
            due: BTreeMap::new(),
            credits: BTreeMap::new(),
            returns: BTreeMap::new(),
            sums: BTreeMap::new(),
            dice: Dice::of("history", 0),
        }
    }

    /// Lives it to the end; told each day.
    pub(super) async fn live(&mut self, day_done: &(dyn Fn(NaiveDate) + Sync)) -> Result<()> {
        let (mut day, today) = (self.setting.start, self.setting.today);
        while day <= today {
            self.book(day).await?;
            self.pay(day).await?;
            self.give_back(day).await?;
            self.credit(day).await?;
            self.sell(day).await?;
            day_done(day);
            day = day + Days::new(1);
        }
        self.settle().await
    }

    /// Carries out what waits, and takes note of the answers.
    async fn settle(&mut self) -> Result<()> {
        let answers = self.teller.done().await?;
        for (then, answer) in std::mem::take(&mut self.thens).into_iter().zip(&answers) {
            match then {
                Then::Nothing => {}
                Then::Sold(i) => self.was_sold(i, answer)?,
                Then::Received(i) => {
                    if let Some(received) = self.received.get_mut(i) {
                        text(answer, "/id")?.clone_into(&mut received.id);
                    }
                }
                Then::Credited(i) => self.was_credited(i, answer)?,
            }
        }
        self.busy.clear();
        Ok(())
    }

    /// What a customer is invoiced in, where it is not the company's currency.
    fn currency(&self, customer: usize) -> Option<&'static str> {
        self.customers.get(customer)?.profile.currency
    }

    /// What a customer owes, in cents of its currency.
    pub(super) fn owed(&self, customer: usize) -> i64 {
        self.sold.iter().filter(|sold| sold.customer == customer).map(|sold| sold.open).sum()
    }

    fn was_sold(&mut self, i: usize, answer: &Value) -> Result<()> {
        let (net, tax) = (amount(answer, "/totals/net/amount")?, amount(answer, "/totals/tax/amount")?);
        if let Some(sold) = self.sold.get_mut(i) {
            text(answer, "/id")?.clone_into(&mut sold.id);
            text(answer, "/number")?.clone_into(&mut sold.number);
            (sold.gross, sold.open) = (net + tax, net + tax);
        }
        self.count(i, answer, (net, tax))
    }

    fn was_credited(&mut self, i: usize, answer: &Value) -> Result<()> {
        let (net, tax) = (amount(answer, "/net/amount")?, amount(answer, "/tax/amount")?);
        if let Some(sold) = self.sold.get_mut(i) {
            sold.open -= amount(answer, "/settled/amount")?;
        }
        self.count(i, answer, (-net, -tax))
    }

    /// Adds to what was sold in a month, in the company's currency.
    fn count(&mut self, sold: usize, answer: &Value, (net, tax): (i64, i64)) -> Result<()> {
        let date: Option<NaiveDate> = text(answer, "/date")?.parse().ok();
        let currency = self.sold.get(sold).and_then(|sold| self.currency(sold.customer));
        if let Some(date) = date {
            let net = currency.map_or(net, |currency| net * rate(currency, date) / 10_000);
            let sums = self.sums.entry((date.year(), date.month())).or_default();
            sums.net += net;
            sums.tax += tax;
        }
        Ok(())
    }

    async fn tell(&mut self, group: Vec<Call>, then: Then) -> Result<()> {
        if self.teller.is_full(group.len()) {
            self.settle().await?;
        }
        self.teller.tell(group);
        self.thens.push(then);
        Ok(())
    }

    async fn book(&mut self, day: NaiveDate) -> Result<()> {
        if self.ledger.as_ref().is_some_and(|ledger| ledger.needs_sums(day)) {
            self.settle().await?;
        }
        let entries = match &mut self.ledger {
            Some(ledger) => ledger.on(day, &self.sums),
            None => Vec::new(),
        };
        for entry in entries {
            self.tell(entry, Then::Nothing).await?;
        }
        Ok(())
    }

    async fn pay(&mut self, day: NaiveDate) -> Result<()> {
        let later = self.due.split_off(&(day + Days::new(1), 0));
        for ((_, customer), shares) in std::mem::replace(&mut self.due, later) {
            if shares.iter().any(|(sold, _)| self.busy.contains(sold)) {
                self.settle().await?;
            }
            let mut settled = Vec::new();
            for (i, percent) in shares {
                let Some(sold) = self.sold.get_mut(i) else { continue };
                let share = if percent == 100 { sold.open } else { sold.open * i64::from(percent) / 100 };
                if share > 0 {
                    sold.open -= share;
                    settled.push((i, share));
                }
            }
            if !settled.is_empty() {
                self.receive(day, customer, settled).await?;
            }
        }
        for told in self.told_on(day) {
            if let stories::What::OnAccount { cents, reference } = told.what {
                let Some(customer) = self.named(told.who) else { continue };
                let mut paid = json!({"customer": self.id_of(customer), "amount": money(cents), "date": day, "reference": reference});
                self.in_currency(&mut paid, customer);
                self.received.push(Received { customer, id: String::new(), settled: Vec::new() });
                self.tell(vec![of("accounting.payments.receive", paid)], Then::Received(self.received.len() - 1))
                    .await?;
            }
        }
        Ok(())
    }

    async fn receive(&mut self, day: NaiveDate, customer: usize, settled: Vec<(usize, i64)>) -> Result<()> {
        let all = settled.iter().filter_map(|(i, share)| Some((self.sold.get(*i)?, share)));
        let allocations: Vec<Value> =
            all.clone().map(|(sold, share)| json!({"invoice": sold.id, "amount": money(*share)})).collect();
        let numbers: Vec<&str> = all.map(|(sold, _)| sold.number.as_str()).take(6).collect();
        let total: i64 = settled.iter().map(|(_, share)| share).sum();
        let mut paid = json!({
            "customer": self.id_of(customer), "amount": money(total), "date": day, "reference": numbers.join(" "),
            "allocations": allocations,
        });
        self.in_currency(&mut paid, customer);
        let i = self.received.len();
        let back = next_workday(day + Days::new(3));
        if back <= self.setting.today && self.customers.get_mut(customer).is_some_and(|c| c.profile.bounces()) {
            self.returns.entry(back).or_default().push(i);
        }
        self.received.push(Received { customer, id: String::new(), settled });
        self.tell(vec![of("accounting.payments.receive", paid)], Then::Received(i)).await
    }

    /// Direct debits that come back; they are paid two weeks later after all.
    async fn give_back(&mut self, day: NaiveDate) -> Result<()> {
        for i in self.returns.remove(&day).unwrap_or_default() {
            if self.received.get(i).is_some_and(|received| received.id.is_empty()) {
                self.settle().await?;
            }
            let Some(received) = self.received.get(i) else { continue };
            let call = json!({"id": received.id, "date": day, "reason": "Direct debit returned: account not covered"});
            let again = (next_workday(day + Days::new(14)), received.customer);
            for (sold, share) in received.settled.clone() {
                if let Some(sold) = self.sold.get_mut(sold) {
                    sold.open += share;
                }
                self.due.entry(again).or_default().push((sold, 100));
            }
            self.tell(vec![of("accounting.payments.reverse", call)], Then::Nothing).await?;
        }
        Ok(())
    }

    /// What is credited, wholly or in part, unless it has been paid meanwhile.
    async fn credit(&mut self, day: NaiveDate) -> Result<()> {
        for i in self.credits.remove(&day).unwrap_or_default() {
            if self.busy.contains(&i) {
                self.settle().await?;
            }
            let Some(sold) = self.sold.get(i).filter(|sold| sold.open == sold.gross) else { continue };
            let mut dice = Dice::of("credit", i);
            let part = sold.lines.iter().find_map(|line| returned(line, &mut dice)).filter(|_| !dice.percent(25));
            let reasons: &[&str] = if part.is_some() { &REASONS } else { &WHOLE };
            let mut call = json!({"id": sold.id, "date": day, "reason": dice.pick(reasons)});
            if let Some(line) = part {
                call["lines"] = json!([line]);
            }
            self.busy.insert(i);
            self.tell(vec![of("accounting.invoices.credit", call)], Then::Credited(i)).await?;
        }
        Ok(())
    }

    async fn sell(&mut self, day: NaiveDate) -> Result<()> {
        for told in self.told_on(day) {
            if let stories::What::Sale { lines, paid, reference } = &told.what {
                let Some(customer) = self.named(told.who) else { continue };
                let today = self.setting.today;
                let plan = paid.iter().map(|(ago, percent)| (today - Days::new(*ago), *percent)).collect();
                let lines = lines.iter().filter_map(|(good, quantity)| self.line(customer, day, good, *quantity));
                self.invoice(day, customer, lines.collect(), Some(plan), Some(reference)).await?;
            }
        }
        if !works(day) {
            return Ok(());
        }
        let today = self.setting.today;
        let standing = |c: &Customer| c.profile.stands(day, today);
        let standing: Vec<usize> = (0..self.customers.len()).filter(|i| standing(&self.customers[*i])).collect();
        for customer in standing {
            let goods: Vec<_> = self.customers.get(customer).map(|c| c.profile.goods[..2].to_vec()).unwrap_or_default();
            let lines = goods.iter().filter_map(|good| self.line(customer, day, good.0, (good.3 * 3 / 5).max(1)));
            self.invoice(day, customer, lines.collect(), None, Some("Standing order")).await?;
        }
        let weights: Vec<u64> = self.customers.iter().map(|c| c.profile.weight(day, today)).collect();
        let expected = self.setting.rate * demand(day, self.setting.start);
        let count = expected / 10_000 + u64::from(self.dice.below(10_000) < expected % 10_000);
        for _ in 0..count {
            let Some(customer) = self.dice.weighted(&weights) else { continue };
            let lines = self.lines(customer, day);
            let reference = self.dice.percent(40).then(|| format!("PO {}", 40_000 + self.dice.below(50_000)));
            self.invoice(day, customer, lines, None, reference.as_deref()).await?;
        }
        Ok(())
    }

    /// Drafts and posts an invoice, and plans how it is paid: as told, or as the customer does.
    async fn invoice(
        &mut self,
        day: NaiveDate,
        customer: usize,
        lines: Vec<Value>,
        paid: Option<Vec<(NaiveDate, u8)>>,
        reference: Option<&str>,
    ) -> Result<()> {
        let (i, today) = (self.sold.len(), self.setting.today);
        let Some(of_customer) = self.customers.get_mut(customer).filter(|_| !lines.is_empty()) else { return Ok(()) };
        let due = day + Days::new(of_customer.profile.days);
        let everyday = paid.is_none();
        let plan = paid.unwrap_or_else(|| of_customer.profile.pays(due, today));
        let mut draft = json!({"customer": of_customer.id, "date": day, "due_date": due, "lines": lines});
        if let Some(reference) = reference {
            draft["reference"] = json!(reference);
        }
        self.in_currency(&mut draft, customer);
        for (on, percent) in plan.into_iter().filter(|(on, _)| *on <= today) {
            self.due.entry((on.max(day + Days::new(1)), customer)).or_default().push((i, percent));
        }
        let credited = next_workday(day + Days::new(3 + self.dice.below(6)));
        if everyday && self.dice.percent(4) && credited <= today {
            self.credits.entry(credited).or_default().push(i);
        }
        self.sold.push(Sold {
            customer,
            id: String::new(),
            number: String::new(),
            gross: 0,
            open: 0,
            lines,
            told: !everyday,
        });
        self.busy.insert(i);
        let calls = vec![
            of("accounting.invoices.create", draft),
            of("accounting.invoices.post", json!({"id": {"$result": [0, "/id"]}})),
        ];
        self.tell(calls, Then::Sold(i)).await
    }

    /// Names the currency where it is not the company's.
    pub(super) fn in_currency(&self, document: &mut Value, customer: usize) {
        if let Some(currency) = self.currency(customer) {
            document["currency"] = json!(currency);
        }
    }

    fn line(&self, customer: usize, day: NaiveDate, good: &str, quantity: u64) -> Option<Value> {
        let good = GOODS.iter().find(|(name, ..)| *name == good)?;
        let terms = self.terms(customer, day)?;
        Some(goods::line(good, quantity, (day, self.setting.start), terms, &self.setting.codes))
    }

    /// What a customer happens to need: mostly what it always buys, sometimes something else.
    pub(super) fn lines(&mut self, customer: usize, day: NaiveDate) -> Vec<Value> {
        let (Some(terms), Some(of)) = (self.terms(customer, day), self.customers.get(customer)) else {
            return Vec::new();
        };
        let mut chosen: Vec<&goods::Good> = Vec::new();
        for _ in 0..=self.dice.below(4) {
            let good =
                if self.dice.percent(80) { self.dice.pick(&of.profile.goods).copied() } else { self.dice.pick(&GOODS) };
            if let Some(good) = good.filter(|good| !chosen.iter().any(|other| other.0 == good.0)) {
                chosen.push(good);
            }
        }
        let on = (day, self.setting.start);
        let line = |good: &goods::Good| {
            let quantity = goods::quantity(good, &mut self.dice, terms.volume);
            goods::line(good, quantity, on, terms, &self.setting.codes)
        };
        chosen.into_iter().map(line).collect()
    }

    fn terms(&self, customer: usize, day: NaiveDate) -> Option<Terms> {
        Some(self.customers.get(customer)?.profile.terms_on(day, self.setting.today))
    }

    fn told_on(&self, day: NaiveDate) -> Vec<Told> {
        let on = |told: &&Told| next_workday(self.setting.today - Days::new(told.ago)) == day;
        self.setting.told.iter().filter(on).cloned().collect()
    }

    /// The customer of this name.
    pub(super) fn named(&self, name: &str) -> Option<usize> {
        self.customers.iter().position(|customer| customer.profile.name == name)
    }

    pub(super) fn id_of(&self, customer: usize) -> &str {
        self.customers.get(customer).map(|customer| customer.id.as_str()).unwrap_or_default()
    }
}

/// Part of a line that went back: a smaller quantity of the same.
fn returned(line: &Value, dice: &mut Dice) -> Option<Value> {
    let quantity: u64 = line.get("quantity")?.as_str()?.parse().ok()?;
    let back = 1 + dice.below((quantity / 3).max(1));
    let mut line = line.clone();
    line["quantity"] = json!(back.to_string());
    (quantity > 1).then_some(line)
}
