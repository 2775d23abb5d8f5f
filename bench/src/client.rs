//! A client of Steward, over HTTP.

use futures::future::BoxFuture;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Result;
use crate::dice::Dice;
use crate::http::Connection;
use crate::load::Turn;
use crate::scenarios::Scenario;

/// One client of the server.
pub(crate) struct Client {
    pub(crate) connection: Connection,
    pub(crate) token: String,
    pub(crate) dice: Dice,
    pub(crate) scenario: Scenario,
}

impl Turn for Client {
    fn turn(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let ((from, to), customer, kind) = (self.dice.month(), self.dice.customer(), self.dice.kind());
            match self.scenario {
                Scenario::PostInvoice | Scenario::PostInvoiceOneCompany => {
                    self.post("/api/v1/plans", true, plan(customer), "done").await
                }
                Scenario::PreviewInvoice => {
                    self.post("/api/v1/plans?dry_run=true", false, plan(customer), "preview").await
                }
                Scenario::CreateParty => {
                    let party = json!({"name": self.dice.name(), "kinds": ["customer"], "email": "a@b.example"});
                    self.post("/api/v1/tools/directory.parties.create", false, party, "done").await
                }
                Scenario::Party => self.get(format!("/api/v1/directory/parties/{customer}"), "id", 1).await,
                Scenario::Parties => {
                    self.get(format!("/api/v1/directory/parties?kind={kind}&limit=50"), "items", 50).await
                }
                Scenario::Invoices => {
                    let path =
                        format!("/api/v1/accounting/invoices?status=posted&date_from={from}&date_to={to}&limit=50");
                    self.get(path, "items", 50).await
                }
                Scenario::Aged => self.get("/api/v1/accounting/reports/aged_receivables".to_owned(), "rows", 1).await,
            }
        })
    }
}

impl Client {
    async fn post(&mut self, path: &str, keyed: bool, body: Value, expected: &str) -> Result<()> {
        let key = keyed.then(|| Uuid::now_v7().to_string());
        let answer = self.connection.post(path, Some(&self.token), key.as_deref(), serde_json::to_vec(&body)?).await?;
        // not parsed whole: the client would take time that the server needs
        let wanted = format!("\"status\":\"{expected}\"");
        if answer.status == 200 && answer.body.windows(wanted.len()).any(|part| part == wanted.as_bytes()) {
            return Ok(());
        }
        Err(format!("{path}: {} {}", answer.status, String::from_utf8_lossy(&answer.body)).into())
    }

    async fn get(&mut self, path: String, field: &str, at_least: usize) -> Result<()> {
        let answer = self.connection.get(&path, Some(&self.token)).await?;
        let ids = answer.body.windows(5).filter(|part| part == b"\"id\":").count();
        let wanted = format!("\"{field}\":");
        if answer.status == 200
            && ids >= at_least
            && answer.body.windows(wanted.len()).any(|part| part == wanted.as_bytes())
        {
            return Ok(());
        }
        Err(format!("{path}: {} with {ids} records: {}", answer.status, String::from_utf8_lossy(&answer.body)).into())
    }
}

fn plan(customer: Uuid) -> Value {
    let line = |description, quantity, price| json!({"description": description, "quantity": quantity, "unit": "hours", "unit_price": price});
    json!({"calls": [
        {"name": "accounting.invoices.create", "arguments": {"customer": customer, "lines": [
            line("Consulting", "1", "100.00"), line("Installation", "2", "101.00"), line("Training", "3", "101.50")]}},
        {"name": "accounting.invoices.post", "arguments": {"id": {"$result": [0, "/id"]}}},
    ]})
}
