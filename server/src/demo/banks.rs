//! Where some vendors are paid: proposed by the accountant, agreed to by the controller.

use serde_json::json;
use steward_tools::{Credential, Decision, Gate, Result, Verdict};

use super::places;
use super::teller::{Teller, of, person};

/// Gives these vendors, by id and country, an account each.
pub(super) async fn open(gate: &Gate, vendors: Vec<(String, &str)>) -> Result<()> {
    let accountant = Teller::new(gate, "demo", "accountant@demo.example").await?;
    let calls = vendors.into_iter().enumerate().map(|(i, (id, country))| {
        let bic = if country == "AT" { "STWDATWWXXX" } else { "STWDDEHHXXX" };
        let account = json!({"iban": places::iban(country, i), "bic": bic, "currency": "EUR"});
        of("directory.parties.update", json!({"id": id, "bank_accounts": [account]}))
    });
    let asked = accountant.ask(calls.collect()).await?;
    let controller = person(gate, "demo", "controller@demo.example", Credential::Person).await?;
    let yes = Decision { decision: Verdict::Approve, note: Some("Compared with the vendors' letters".to_owned()) };
    gate.decide(&controller, asked, yes).await.map(drop)
}
