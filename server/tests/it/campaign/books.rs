//! A company that does business at random on both sides and in three currencies: at whatever point one looks, the books are
//! sound; and whatever was done last, however much of it, taking it back leaves the books where they were.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use steward_server::faults_in_books;
use steward_tools::{Answer, Call, Caller, Options, Plan, UndoTarget};
use uuid::Uuid;

use super::dice::Dice;
use super::{size, submit, tell};
use crate::books::{cents, read};
use crate::exchange::DIFFERENCES;
use crate::support::World;

const ACCOUNTS: [&str; 4] = ["6000", "6100", "6900", "5000"];

/// What was written so far.
struct Business<'a> {
    world: &'a World,
    me: Caller,
    dice: Dice,
    parties: Vec<Value>,
    invoices: Vec<Value>,
    bills: Vec<Value>,
    payments: Vec<Value>,
    documents: usize,
    /// What was done, in order, as far as it can be taken back.
    calls: Vec<(String, Uuid)>,
}

/// What the books say: the balance of each account, and what each party has open on each side.
type Books = BTreeMap<(String, String), i64>;

async fn books(world: &World) -> Books {
    let sql = "select kind, who, sum(amount)::bigint from (
            select 'account' as kind, a.code as who, b.debit - b.credit as amount from account_balances b
            join accounts a on a.org_id = b.org_id and a.id = b.account_id
            union all
            select o.control, p.number, o.amount - sign(o.amount)::int * o.settled from open_items o
            join parties p on p.org_id = o.org_id and p.id = o.party_id where o.reversed_on is null) x
        group by 1, 2 having sum(amount) <> 0";
    let rows: Vec<(String, String, i64)> = sqlx::query_as(sql).fetch_all(&world.owner).await.unwrap();
    rows.into_iter().map(|(kind, who, amount)| ((kind, who), amount)).collect()
}

async fn sound(world: &World) {
    let faults = faults_in_books(&world.owner).await.unwrap();
    let wrong: Vec<_> = faults.into_iter().filter(|(_, faults)| !faults.is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

impl<'a> Business<'a> {
    async fn founded(world: &'a World, hand: u64) -> Self {
        let me = world.person("controller").await;
        let mut business = Self {
            world,
            me,
            dice: Dice::of(hand),
            parties: Vec::new(),
            invoices: Vec::new(),
            bills: Vec::new(),
            payments: Vec::new(),
            documents: 0,
            calls: Vec::new(),
        };
        for n in 1..=6 {
            let party = json!({"name": format!("Trader {hand}-{n}"), "kinds": ["customer", "vendor"]});
            let party = business.act("directory.parties.create", party).await.unwrap();
            business.parties.push(party["id"].clone());
        }
        business.calls.clear();
        business
    }

    /// Does it; a refusal is lawful, and nothing else but success is.
    async fn act(&mut self, name: &str, arguments: Value) -> Option<Value> {
        match submit(&self.world.gate, &self.me, name, arguments.clone()).await {
            Ok(Answer::Done { call_id, result, .. }) => {
                self.calls.extend(call_id.map(|id| (name.to_owned(), id)));
                Some(result)
            }
            Ok(other) => panic!("{name} {arguments}: {other:?}"),
            Err(error) => {
                assert!(error.refusal().is_some(), "{name} {arguments}: {error}");
                None
            }
        }
    }

    fn amount(&mut self, most: u64) -> String {
        let cents = 1 + self.dice.below(most);
        format!("{}.{:02}", cents / 100, cents % 100)
    }
    fn day(&mut self) -> String {
        format!("2026-{:02}-{:02}", 1 + self.dice.below(2), 1 + self.dice.below(28))
    }
    /// A currency and the rate of that moment; none for the company's own.
    fn currency(&mut self) -> Value {
        match self.dice.below(5) {
            0 => json!({"currency": "USD", "rate": format!("0.{}", 85 + self.dice.below(12))}),
            1 => json!({"currency": "GBP", "rate": format!("1.{}", 10 + self.dice.below(12))}),
            _ => json!({}),
        }
    }
    fn lines(&mut self, account: bool) -> Value {
        let lines = 1 + self.dice.below(3);
        let line = |_| {
            let code = *self.dice.pick(&["STD", "RED", "ZERO"]);
            let mut line = json!({"description": "thing", "quantity": format!("{}", 1 + self.dice.below(5)),
                "unit_price": self.amount(40_000), "tax_code": code});
            if account {
                line["account"] = json!(self.dice.pick(&ACCOUNTS));
            }
            line
        };
        (0..lines).map(line).collect()
    }

    /// A document of either side, posted.
    async fn document(&mut self) {
        let sale = self.dice.chance(55);
        let (party, date) = (self.dice.pick(&self.parties).clone(), self.day());
        let mut draft = self.currency();
        (draft["date"], draft["lines"]) = (json!(date), self.lines(!sale));
        draft["tax_inclusive"] = json!(self.dice.chance(30));
        let kind = if sale { "invoices" } else { "bills" };
        if sale {
            draft["customer"] = party;
        } else {
            (draft["vendor"], draft["vendor_number"]) = (party, json!(format!("V-{}", self.documents)));
        }
        self.documents += 1;
        let Some(draft) = self.act(&format!("accounting.{kind}.create"), draft).await else { return };
        if !sale {
            self.act("accounting.bills.approve", json!({"id": draft["id"]})).await;
        }
        if self.act(&format!("accounting.{kind}.post"), json!({"id": draft["id"]})).await.is_some() {
            if sale { &mut self.invoices } else { &mut self.bills }.push(draft["id"].clone());
        }
    }

    async fn payment(&mut self) {
        let (party, date) = (self.dice.pick(&self.parties).clone(), self.day());
        let mut payment = self.currency();
        (payment["amount"], payment["date"]) = (json!(self.amount(150_000)), json!(date));
        let (name, who) =
            *self.dice.pick(&[("accounting.payments.receive", "customer"), ("accounting.payments.pay", "vendor")]);
        payment[who] = party;
        if let Some(paid) = self.act(name, payment).await {
            self.payments.push(paid["id"].clone());
        }
    }

    /// Something with what is there already; what cannot be taken back only where `finally`.
    async fn step(&mut self, finally: bool) {
        match self.dice.below(if finally { 12 } else { 10 }) {
            0..=3 => self.document().await,
            4..=6 => self.payment().await,
            7 if !self.payments.is_empty() => {
                let id = self.dice.pick(&self.payments).clone();
                self.act("accounting.payments.unallocate", json!({ "id": id })).await;
            }
            8 if !self.payments.is_empty() => {
                let id = self.dice.pick(&self.payments).clone();
                self.act("accounting.payments.allocate", json!({ "id": id })).await;
            }
            10 => {
                let sale = self.dice.chance(60);
                let (of, name) = if sale {
                    (&self.invoices, "accounting.invoices.credit")
                } else {
                    (&self.bills, "accounting.bills.debit")
                };
                if of.is_empty() {
                    return;
                }
                let id = self.dice.pick(of).clone();
                let mut back = json!({"id": id, "reason": "random"});
                if !sale {
                    back["vendor_number"] = json!(format!("D-{}", self.calls.len()));
                }
                self.act(name, back).await;
            }
            11 if !self.payments.is_empty() => {
                let id = self.dice.pick(&self.payments).clone();
                self.act("accounting.payments.reverse", json!({"id": id, "reason": "random"})).await;
            }
            _ => {
                let (amount, date) = (self.amount(90_000), self.day());
                let lines = json!([{"account": "6900", "debit": amount}, {"account": "1000", "credit": amount}]);
                let entry = json!({"date": date, "memo": "random", "lines": lines});
                if let Some(entry) = self.act("accounting.entries.create", entry).await {
                    self.act("accounting.entries.post", json!({"id": entry["id"]})).await;
                }
            }
        }
    }

    /// The statements of each party, as customer and as vendor, say what the control accounts say of it.
    async fn statements_tie(&self) {
        let books = books(self.world).await;
        for party in &self.parties {
            for (kind, who) in [("receivable", "customer"), ("payable", "vendor")] {
                let name = format!("reports.{who}_statement");
                let statement = read(self.world, &self.me, &name, json!({ who: party, "to": "2026-12-31" })).await;
                let number = statement[who]["number"].as_str().unwrap().to_owned();
                let sign = if who == "vendor" { -1 } else { 1 };
                let open: i64 =
                    statement["open_items"].as_array().unwrap().iter().map(|item| cents(&item["open"])).sum();
                let owed = sign * books.get(&(kind.to_owned(), number)).copied().unwrap_or_default();
                assert_eq!(
                    [cents(&statement["closing"]), open, cents(&statement["ageing"]["total"])],
                    [owed; 3],
                    "{statement}"
                );
            }
        }
    }

    /// Takes the latest calls back, the last first, until `kept` are left.
    async fn take_back(&mut self, kept: usize) {
        while self.calls.len() > kept {
            let (name, id) = self.calls.pop().unwrap();
            match self.world.gate.undo(&self.me, UndoTarget::Call(id), Options::default()).await {
                Ok(Answer::Done { .. }) => {}
                Ok(other) => panic!("undo of {name}: {other:?}"),
                // a draft that was posted stays, as what took the posting back belongs to it
                Err(error) => {
                    let code = error.refusal().unwrap_or_else(|| panic!("undo of {name}: {error}")).code.clone();
                    let draft = name.ends_with(".create") || name.ends_with(".approve");
                    assert!(draft, "undo of {name}: {code}");
                }
            }
        }
    }
}

/// A1, A4, A5, A7, A9: thousands of documents of both sides and three currencies in the long run.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_done_last_is_taken_back_to_the_cent() {
    let world = World::new().await;
    world.behind_the_curtain(DIFFERENCES).await;
    let set_up = world.person("controller").await;
    for code in ["USD", "GBP"] {
        let call = Call { name: "accounting.currencies.create".to_owned(), arguments: json!({ "code": code }) };
        world.gate.submit(&set_up, Plan::one(call), Options::default()).await.unwrap();
    }
    let mut documents = 0;
    for hand in 0..size(2, 40) as u64 {
        let mut business = Business::founded(&world, hand).await;
        for _ in 0..size(20, 100) {
            business.step(true).await;
        }
        sound(&world).await;
        business.statements_tie().await;
        business.calls.clear();
        let mut points = vec![(0, books(&world).await)];
        for _ in 0..size(20, 60) {
            business.step(false).await;
            points.push((business.calls.len(), books(&world).await));
        }
        // back by steps of whatever size, to the beginning
        while let Some((kept, then)) = points.pop() {
            if points.is_empty() || business.dice.chance(30) {
                business.take_back(kept).await;
                assert_eq!(books(&world).await, then, "hand {hand}, back to {kept} calls");
            }
        }
        sound(&world).await;
        documents += business.documents + business.payments.len();
    }
    tell(&format!("{documents} documents and payments, and every suffix of them taken back"));
}
