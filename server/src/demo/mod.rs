//! The demo company: a wholesaler with two years of books, and a small rival to see that nothing leaks.
//!
//! Organisations with their first people and charts are founded (`crate::founding`); everything else goes through
//! the gate like anybody's call. The figures are the same for the same day; `docs/demo.md` tells what there is to see.

mod banks;
mod calendar;
mod customers;
mod details;
mod dice;
mod goods;
mod history;
mod ledger;
mod names;
mod paper;
mod places;
mod reset;
mod size;
mod stories;
mod teller;
mod years;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::NaiveDate;
use serde_json::json;
use sqlx::PgPool;
use steward_accounting::accounts::charts::Chart;
use steward_tools::{Gate, Result};

use self::goods::Codes;
use self::history::{Customer, Life, Setting};
use self::ledger::Ledger;
use self::names::{Known, PARTIES, RIVALS};
use self::size::{Numbers, RATE};
use self::teller::{Teller, of, text};
use crate::founding::{self, Company};

pub use reset::{Refused, reset};
pub use size::Size;

/// Told after each step: how many of how many are done, and what is being done.
pub type Progress<'a> = &'a (dyn Fn(usize, usize, &str) + Sync);

/// The password of every demo user.
pub const PASSWORD: &str = "demo";

/// The users of the demo company, with what to show of them at start: e-mail and role.
pub const USERS: [(&str, &str, &str); 9] = [
    ("admin@demo.example", "Ada Lindqvist", "admin"),
    ("controller@demo.example", "Conrad Meyer", "controller"),
    ("accountant@demo.example", "Alice Okafor", "accountant"),
    ("sales@demo.example", "Sam Rossi", "sales"),
    ("warehouse@demo.example", "Wanda Novak", "warehouse"),
    ("hr@demo.example", "Hana Kimura", "hr"),
    ("manager@demo.example", "Marco Silva", "manager"),
    ("staff@demo.example", "Stella Brandt", "staff"),
    ("vendor@demo.example", "Victor Dubois", "vendor"),
];

/// The codes of the two companies, and who administers them: by both they are known for what they are.
const COMPANIES: [(&str, &str); 2] = [("demo", "admin@demo.example"), ("rival", "admin@rival.example")];

/// Above this amount a credit note or a payment received needs a controller's yes.
const LIMIT: &str = "10000.00";

/// How many vendors have a bank account.
const ACCOUNTS: usize = 12;

/// Seeds both companies unless they are there. Answers whether it did.
pub async fn seed(owner: &PgPool, gate: &Gate, today: NaiveDate, size: Size, progress: Progress<'_>) -> Result<bool> {
    if founding::exists(owner, "demo").await? {
        return Ok(false);
    }
    let hash = tokio::task::spawn_blocking(|| steward_tools::identity::hash_password(PASSWORD))
        .await
        .map_err(|e| steward_tools::Error::internal(e.to_string()))??;
    let company = |code, name, people, admin| Company {
        code,
        name,
        people,
        admin,
        hash: Some(&hash),
        currency: "EUR",
        zone: "Europe/Vienna",
        today,
        fiscal_year_start: 1,
        chart: Chart::Ifrs,
    };
    let demo = company("demo", "Meridian Wholesale GmbH", &USERS[..8], COMPANIES[0].1);
    let rival_people = [(COMPANIES[1].1, "Rita Novotna", "admin")];
    let rival = company("rival", "Rival Trading Ltd", &rival_people, COMPANIES[1].1);
    let (ours, theirs) = (size.demo(today), size.rival(today));
    let days = |of: Numbers| usize::try_from((today - of.start).num_days() + 1).unwrap_or_default();
    let (total, done) = (days(ours) + days(theirs), AtomicUsize::new(0));
    let day_done = |what: &str, day: NaiveDate| {
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        progress(done, total, &format!("{what} {}", day.format("%Y-%m")));
    };
    progress(0, total, "Customers and vendors");
    found(owner, &demo).await?;
    let mut life = begin(owner, gate, &demo, ours, &PARTIES[..ours.parties]).await?;
    if let Some(vendor) = life.customers.first().and_then(|first| first.id.parse().ok()) {
        founding::add_outsider(owner, &demo, USERS[8], vendor).await?;
    }
    life.live(&|day| day_done("Books of", day)).await?;
    stories::drafts(gate, &mut life, today).await?;
    if ours.whole {
        stories::end(gate, &mut life, &PARTIES[..ours.parties], today).await?;
    }
    found(owner, &rival).await?;
    let known: Vec<_> = PARTIES[..theirs.parties].iter().chain(&RIVALS).copied().collect();
    let known = &known[..if size == Size::Full { known.len() } else { theirs.parties }];
    begin(owner, gate, &rival, theirs, known).await?.live(&|day| day_done("Books of a rival,", day)).await?;
    for (company, of, controller) in [(&demo, ours, USERS[1].0), (&rival, theirs, COMPANIES[1].1)] {
        years::close(gate, company, of.start, controller).await?;
        limit(gate, company).await?;
    }
    if ours.whole {
        stories::ask(gate, &life).await?;
    }
    if size == Size::Full {
        progress(total, total, "Looking it over");
        reset::analyse(owner).await?;
    }
    Ok(true)
}

async fn found(owner: &PgPool, company: &Company<'_>) -> Result<()> {
    let mut tx = owner.begin().await?;
    founding::found(&mut tx, company).await?;
    tx.commit().await?;
    Ok(())
}

/// Sets the amounts above which others have to agree, once the history is written; people then act under them.
async fn limit(gate: &Gate, company: &Company<'_>) -> Result<()> {
    let mut admin = Teller::new(gate, company.code, company.admin).await?;
    let arguments = json!({"limits": {"credited": LIMIT, "received": LIMIT}});
    admin.one(of("directory.organizations.update", arguments)).await.map(drop)
}

/// A company with those it deals with, before its first day.
async fn begin<'a>(
    owner: &PgPool,
    gate: &'a Gate,
    company: &Company<'_>,
    size: Numbers,
    parties: &[Known],
) -> Result<Life<'a>> {
    let mut admin = Teller::new(gate, company.code, company.admin).await?;
    if size.whole {
        admin.all(stories::fields().into_iter().map(|call| vec![call]).collect()).await?;
    }
    let clerk = if company.code == "demo" { "accountant@demo.example" } else { company.admin };
    let mut teller = Teller::new(gate, company.code, clerk).await?;
    years::create(&mut teller, size.start, company.today).await?;
    if size.whole {
        teller.all(ledger::abroad().into_iter().map(|call| vec![call]).collect()).await?;
    }
    let calls = parties.iter().enumerate().map(|(i, party)| {
        let mut details = details::of(*party, i);
        if size.whole {
            details["custom"] = details::custom(*party, size.start);
            if let Some(currency) = places::currency(places::place(party.2).country) {
                details["currency"] = json!(currency);
            }
        }
        vec![of("directory.parties.create", details)]
    });
    let created = teller.all(calls.collect()).await?;
    let ids = created.iter().map(|party| text(party, "/id").map(str::to_owned)).collect::<Result<Vec<_>>>()?;
    if company.code == "demo" {
        let vendors = ids.iter().zip(parties).filter(|(_, (_, kind, _))| *kind != 'c').take(ACCOUNTS);
        let vendors = vendors.map(|(id, (_, _, city))| (id.clone(), places::place(city).country));
        banks::open(gate, vendors.collect()).await?;
    }
    let vendors = ids.iter().zip(parties).filter(|(_, (_, kind, _))| *kind == 'v').map(|(id, _)| id.clone()).collect();
    let customers = ids.into_iter().zip(parties).filter(|(_, (_, kind, _))| *kind != 'v');
    let customers =
        customers.map(|(id, (name, _, city))| Customer { id, profile: customers::Profile::of(name, city, size.whole) });
    let (accounts, codes) = codes(owner, company.code).await?;
    let today = teller.today();
    let told = if size.whole { stories::TOLD.to_vec() } else { Vec::new() };
    let scale = i64::try_from(1000 * size.rate / RATE).unwrap_or(1000);
    let ledger = size.whole.then(|| Ledger::new(accounts, vendors, size.start, today, scale));
    let setting = Setting { start: size.start, today, rate: size.rate, codes, told };
    Ok(Life::new(teller, setting, customers.collect(), ledger))
}

/// The ids of accounts by code, and those that lines of invoices name: looked up once rather than in every call.
async fn codes(owner: &PgPool, code: &str) -> Result<(BTreeMap<String, String>, Codes)> {
    let rows = sqlx::query!(
        r#"select 'account' as "kind!", a.code as "code!", a.id::text as "id!" from accounts a
               join organizations o on o.id = a.org_id where o.code = $1
           union all
           select 'tax', t.code, t.id::text from tax_codes t join organizations o on o.id = t.org_id where o.code = $1"#,
        code
    )
    .fetch_all(owner)
    .await?;
    let of = |kind: &str, code: &str| {
        rows.iter().find(|row| row.kind == kind && row.code == code).map(|row| row.id.clone()).unwrap_or_default()
    };
    let codes = Codes { reduced: of("tax", "RED"), zero: of("tax", "ZERO"), services: of("account", "4100") };
    Ok((rows.into_iter().filter(|row| row.kind == "account").map(|row| (row.code, row.id)).collect(), codes))
}
