//! The demo company: a wholesaler with six months of books, and a small rival to see that nothing leaks.
//!
//! Organisations, people and charts are written as the owner, since no operation makes them yet; everything
//! else goes through the gate like anybody's call. The figures are the same for the same day.

mod company;
mod history;
mod names;

use chrono::NaiveDate;
use sqlx::PgPool;
use steward_tools::{Gate, Result};

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

/// Above these amounts, in cents, a credit note or a payment received needs a controller's yes.
const LIMITS: [(&str, i64); 2] = [("credited", 1_000_000), ("received", 1_000_000)];

/// Seeds both companies unless they are there. Answers whether it did.
pub async fn seed(owner: &PgPool, gate: &Gate, today: NaiveDate, progress: Progress<'_>) -> Result<bool> {
    if company::exists(owner, "demo").await? {
        return Ok(false);
    }
    let hash = tokio::task::spawn_blocking(|| steward_tools::identity::hash_password(PASSWORD))
        .await
        .map_err(|e| steward_tools::Error::internal(e.to_string()))??;
    let demo = company::Company {
        code: "demo",
        name: "Meridian Wholesale GmbH",
        people: &USERS[..8],
        admin: "admin@demo.example",
        hash: &hash,
        today,
    };
    company::found(owner, &demo).await?;
    let vendor = history::live(gate, "demo", "accountant@demo.example", history::Size::DEMO, progress).await?;
    company::add_outsider(owner, &demo, USERS[8], vendor).await?;
    let rival = company::Company {
        code: "rival",
        name: "Rival Trading Ltd",
        people: &[("admin@rival.example", "Rita Novotna", "admin")],
        admin: "admin@rival.example",
        hash: &hash,
        today,
    };
    company::found(owner, &rival).await?;
    history::live(gate, "rival", rival.admin, history::Size::RIVAL, &|_, _| {}).await?;
    company::limit(owner, LIMITS).await?;
    Ok(true)
}
