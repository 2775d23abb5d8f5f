//! The demo company: a wholesaler with six months of books, and a small rival to see that nothing leaks.
//!
//! Organisations with their first people and charts are founded (`crate::founding`); everything else goes through
//! the gate like anybody's call. The figures are the same for the same day.

mod banks;
mod details;
mod history;
mod names;

use chrono::NaiveDate;
use serde_json::json;
use sqlx::PgPool;
use steward_tools::{Answer, Call, Credential, Error, Gate, Options, Plan, Result};

use crate::founding::{self, Company};

/// Told after each step: how many of how many are done.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Sync);

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

/// Above this amount a credit note or a payment received needs a controller's yes.
const LIMIT: &str = "10000.00";

/// Seeds both companies unless they are there. Answers whether it did.
pub async fn seed(owner: &PgPool, gate: &Gate, today: NaiveDate, progress: Progress<'_>) -> Result<bool> {
    if founding::exists(owner, "demo").await? {
        return Ok(false);
    }
    let hash = tokio::task::spawn_blocking(|| steward_tools::identity::hash_password(PASSWORD))
        .await
        .map_err(|e| steward_tools::Error::internal(e.to_string()))??;
    let demo = Company {
        code: "demo",
        name: "Meridian Wholesale GmbH",
        people: &USERS[..8],
        admin: "admin@demo.example",
        hash: Some(&hash),
        currency: "EUR",
        zone: "Europe/Berlin",
        today,
    };
    found(owner, &demo).await?;
    let vendor = history::live(gate, "demo", "accountant@demo.example", history::Size::DEMO, progress).await?;
    founding::add_outsider(owner, &demo, USERS[8], vendor).await?;
    let rival = Company {
        code: "rival",
        name: "Rival Trading Ltd",
        people: &[("admin@rival.example", "Rita Novotna", "admin")],
        admin: "admin@rival.example",
        hash: Some(&hash),
        currency: "EUR",
        zone: "Europe/Berlin",
        today,
    };
    found(owner, &rival).await?;
    history::live(gate, "rival", rival.admin, history::Size::RIVAL, &|_, _| {}).await?;
    for company in [&demo, &rival] {
        limit(gate, company).await?;
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
    let caller = history::person(gate, company.code, company.admin, Credential::Operator).await?;
    let arguments = json!({"limits": {"credited": LIMIT, "received": LIMIT}});
    let call = Call { name: "directory.organizations.update".to_owned(), arguments };
    match gate.submit(&caller, Plan::one(call), Options::default()).await? {
        Answer::Done { .. } => Ok(()),
        other => Err(Error::internal(format!("limits: {other:?}"))),
    }
}
