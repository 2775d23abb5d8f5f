//! Six months of a company's life, through the gate: invoices, payments, a credit, some drafts.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde_json::{Value, json};
use steward_tools::{Answer, Call, Caller, Credential, Error, Gate, Options, Plan, Result, Surface};
use uuid::Uuid;

use super::names::{GOODS, PARTIES};
use super::{Progress, banks, details};

/// How much of a company it is.
#[derive(Clone, Copy)]
pub(super) struct Size {
    parties: usize,
    days: u64,
    /// Invoices are written on every so many working days.
    every: u64,
    /// Who agrees to where vendors are paid, where somebody does.
    checker: Option<&'static str>,
}

impl Size {
    pub(super) const DEMO: Self = Self { parties: 60, days: 182, every: 1, checker: Some("controller@demo.example") };
    pub(super) const RIVAL: Self = Self { parties: 6, days: 60, every: 12, checker: None };
}

/// Calls that go through the gate as one plan: fewer commits, the same rules.
const BATCH: usize = 40;

/// How a customer pays: days after the due date, and of which part of its invoices.
#[derive(Clone, Copy)]
enum Habit {
    Prompt,
    Late,
    VeryLate,
    Disputes,
}

/// A small generator, so that the same day gives the same company (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn next(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
    fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let i = self.next(u64::try_from(of.len().max(1)).unwrap_or(1));
        of.get(usize::try_from(i).unwrap_or_default())
    }
}

struct Customer {
    id: Uuid,
    habit: Habit,
    terms: u64,
}

/// An invoice that was posted and how it will be paid.
struct Owed {
    customer: Uuid,
    invoice: String,
    amount: String,
    on: NaiveDate,
}

struct Teller<'a> {
    gate: &'a Gate,
    caller: Caller,
    progress: Progress<'a>,
    done: usize,
    total: usize,
    dice: Dice,
}

/// Lives the history of a company, and answers the id of the first party that is customer and vendor.
pub(super) async fn live(gate: &Gate, org: &str, email: &str, size: Size, progress: Progress<'_>) -> Result<Uuid> {
    let caller = person(gate, org, email, Credential::Operator).await?;
    let today = gate.clock().today(caller.principal.zone);
    let days = working_days(today, size);
    let mut teller = Teller { gate, caller, progress, done: 0, total: size.parties + days.len(), dice: Dice(42) };
    let customers = teller.parties(size).await?;
    let outsider =
        customers.first().map(|customer| customer.id).ok_or_else(|| Error::internal("no party was seeded"))?;
    if let Some(checker) = size.checker {
        banks::open(gate, org, email, checker).await?;
    }
    let mut owed: Vec<Owed> = Vec::new();
    for month in days.chunk_by(|a, b| a.month() == b.month()) {
        owed.extend(teller.invoices(month, &customers, today).await?);
        let until = month.last().copied().unwrap_or(today);
        let (mut due, later): (Vec<Owed>, Vec<Owed>) = owed.into_iter().partition(|owed| owed.on <= until);
        due.sort_by(|a, b| (a.on, &a.invoice).cmp(&(b.on, &b.invoice)));
        teller.payments(due).await?;
        owed = later;
    }
    teller.loose_ends(&customers, today).await?;
    Ok(outsider)
}

/// Somebody of the company, as the seed lets them act.
pub(super) async fn person(gate: &Gate, org: &str, email: &str, credential: Credential) -> Result<Caller> {
    let memberships = gate.identity().memberships(email).await?;
    let (_, user) = memberships
        .into_iter()
        .find(|(code, _)| code == org)
        .ok_or_else(|| Error::internal("the demo user is missing"))?;
    Ok(Caller {
        principal: gate.identity().principal(user).await?,
        credential,
        pass: None,
        scopes: None,
        surface: Surface::Cli,
        conversation: None,
        request_id: "seed".to_owned(),
        reason: Some("Demo company".to_owned()),
    })
}

fn working_days(today: NaiveDate, size: Size) -> Vec<NaiveDate> {
    let workday = |day: &NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let all = (0..size.days).rev().map(|back| today - Days::new(back)).filter(workday);
    all.enumerate().filter(|(i, _)| (*i as u64).is_multiple_of(size.every)).map(|(_, day)| day).collect()
}

impl Teller<'_> {
    /// Submits calls as plans of bounded size, and answers all their results.
    async fn tell(&mut self, calls: Vec<Vec<Call>>) -> Result<Vec<Value>> {
        let mut results = Vec::new();
        let mut batch: Vec<Call> = Vec::new();
        let mut groups = calls.into_iter().peekable();
        while let Some(group) = groups.next() {
            let offset = batch.len();
            batch.extend(group.into_iter().map(|call| shifted(call, offset)));
            if batch.len() < BATCH && groups.peek().is_some() {
                continue;
            }
            let plan = Plan::of(std::mem::take(&mut batch));
            match self.gate.submit(&self.caller, plan, Options::default()).await? {
                Answer::Done { result: Value::Array(all), .. } => results.extend(all),
                other => return Err(Error::internal(format!("the seed was not carried out: {other:?}"))),
            }
        }
        Ok(results)
    }

    async fn parties(&mut self, size: Size) -> Result<Vec<Customer>> {
        let parties = &PARTIES[..size.parties];
        let calls = parties.iter().enumerate().map(|(i, (name, kind))| {
            let kinds = match kind {
                'c' => json!(["customer"]),
                'v' => json!(["vendor"]),
                _ => json!(["customer", "vendor"]),
            };
            let phone = format!("+49 30 55 01 {:02}", i + 10);
            let mut party = details::of(name, i);
            for (field, value) in
                [("name", json!(name)), ("kinds", kinds), ("email", json!(email_of(name))), ("phone", json!(phone))]
            {
                party[field] = value;
            }
            vec![of("directory.parties.create", party)]
        });
        let results = self.tell(calls.collect()).await?;
        self.step(parties.len());
        let customers = results.iter().zip(parties).enumerate().filter(|(_, (_, (_, kind)))| *kind != 'v');
        customers
            .map(|(i, (result, _))| {
                Ok(Customer { id: id_of(result)?, habit: habit(i), terms: [14, 30, 30, 45][i % 4] })
            })
            .collect()
    }

    async fn invoices(&mut self, days: &[NaiveDate], customers: &[Customer], today: NaiveDate) -> Result<Vec<Owed>> {
        let mut calls = Vec::new();
        let mut wanted = Vec::new();
        for (i, day) in days.iter().enumerate() {
            // every tenth goes to the first customer, for whom somebody signs in; a few customers buy more than others
            let among = if self.dice.next(3) == 0 { 12.min(customers.len()) } else { customers.len() };
            let customer = if i % 10 == 3 { customers.first() } else { self.dice.pick(&customers[..among]) };
            let Some(customer) = customer else { continue };
            let due = *day + Days::new(customer.terms);
            let draft = json!({"customer": customer.id, "date": day, "due_date": due, "lines": self.lines()});
            calls.push(vec![
                of("accounting.invoices.create", draft),
                of("accounting.invoices.post", json!({"id": {"$result": [0, "/id"]}})),
            ]);
            wanted.push((customer, due));
        }
        let results = self.tell(calls).await?;
        self.step(days.len());
        let mut owed = Vec::new();
        for (result, (customer, due)) in results.chunks(2).zip(wanted) {
            let posted = result.last().unwrap_or(&Value::Null);
            let gross = posted.pointer("/totals/gross/amount").and_then(Value::as_str).unwrap_or("0").to_owned();
            let Some((on, share)) = self.paid(customer.habit, due, today) else { continue };
            owed.push(Owed {
                customer: customer.id,
                invoice: id_of(posted)?.to_string(),
                amount: part(&gross, share)?,
                on,
            });
        }
        Ok(owed)
    }

    /// When an invoice is paid and which percentage of it; none where it is not paid within the history.
    fn paid(&mut self, habit: Habit, due: NaiveDate, today: NaiveDate) -> Option<(NaiveDate, i64)> {
        let (on, share) = match habit {
            Habit::Prompt => (due - Days::new(self.dice.next(6)), 100),
            Habit::Late => (due + Days::new(5 + self.dice.next(25)), if self.dice.next(5) == 0 { 60 } else { 100 }),
            Habit::VeryLate => (due + Days::new(40 + self.dice.next(30)), 100),
            Habit::Disputes => (due + Days::new(10), if self.dice.next(2) == 0 { 0 } else { 50 }),
        };
        (share > 0 && on <= today).then_some((on, share))
    }

    async fn payments(&mut self, due: Vec<Owed>) -> Result<()> {
        let calls = due.into_iter().map(|owed| {
            let paid = json!({
                "customer": owed.customer, "amount": owed.amount, "date": owed.on, "allocations": [{"invoice": owed.invoice}],
            });
            vec![of("accounting.payments.receive", paid)]
        });
        self.tell(calls.collect()).await?;
        Ok(())
    }

    /// What is never finished in a real company: a credited invoice, an unallocated payment, drafts.
    async fn loose_ends(&mut self, customers: &[Customer], today: NaiveDate) -> Result<()> {
        let [_, second, third, fourth, ..] = customers else { return Ok(()) };
        let [lines, more, waiting] = [self.lines(), self.lines(), self.lines()];
        let day = today - Days::new(9);
        self.tell(vec![
            vec![
                of("accounting.invoices.create", json!({"customer": second.id, "date": day, "lines": lines})),
                of("accounting.invoices.post", json!({"id": {"$result": [0, "/id"]}})),
                of("accounting.invoices.credit", json!({"id": {"$result": [0, "/id"]}, "date": today, "reason": "Delivered to the wrong address"})),
            ],
            vec![of("accounting.invoices.create", json!({"customer": third.id, "date": today, "lines": more}))],
            vec![of("accounting.invoices.create", json!({"customer": fourth.id, "date": today, "lines": waiting, "memo": "Waiting for the purchase order"}))],
            vec![of("accounting.payments.receive", json!({"customer": fourth.id, "amount": "25000", "date": today, "reference": "Payment on account"}))],
        ])
        .await?;
        Ok(())
    }

    fn lines(&mut self) -> Value {
        let count = 1 + self.dice.next(3);
        let lines = (0..count).filter_map(|_| {
            let (description, unit, cents, usual) = *self.dice.pick(&GOODS)?;
            let quantity = 1 + self.dice.next(usual * 2);
            let mut line = json!({
                "description": description, "quantity": quantity.to_string(), "unit_price": format!("{}.{:02}", cents / 100, cents % 100),
            });
            if let (Some(unit), Some(object)) = (unit, line.as_object_mut()) {
                object.insert("unit".into(), json!(unit));
            }
            Some(line)
        });
        Value::Array(lines.collect())
    }

    fn step(&mut self, done: usize) {
        self.done += done;
        (self.progress)(self.done, self.total);
    }
}

fn habit(i: usize) -> Habit {
    match i % 11 {
        3 | 7 => Habit::Late,
        5 => Habit::VeryLate,
        9 => Habit::Disputes,
        _ => Habit::Prompt,
    }
}

fn of(name: &str, arguments: Value) -> Call {
    Call { name: name.to_owned(), arguments }
}

/// A call whose references to earlier results count from the start of its batch.
fn shifted(mut call: Call, offset: usize) -> Call {
    fn walk(value: &mut Value, offset: usize) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::Array(pair)) = fields.get_mut("$result") {
                    if let Some(at) = pair.first().and_then(Value::as_u64) {
                        pair[0] = json!(at + offset as u64);
                    }
                    return;
                }
                fields.values_mut().for_each(|value| walk(value, offset));
            }
            Value::Array(items) => items.iter_mut().for_each(|value| walk(value, offset)),
            _ => {}
        }
    }
    walk(&mut call.arguments, offset);
    call
}

fn id_of(result: &Value) -> Result<Uuid> {
    let id = result.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok());
    id.ok_or_else(|| Error::internal("a seeded record has no id"))
}

/// A percentage of an amount, in whole cents.
fn part(gross: &str, percent: i64) -> Result<String> {
    let amount: rust_decimal::Decimal = gross.parse().map_err(|e| Error::internal(format!("amount {gross}: {e}")))?;
    let part = amount * rust_decimal::Decimal::new(percent, 2);
    Ok(part.round_dp(2).to_string())
}

fn email_of(name: &str) -> String {
    let word: String = name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).take(16).collect();
    format!("office@{word}.example")
}
