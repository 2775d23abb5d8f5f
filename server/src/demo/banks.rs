//! Where some vendors are paid: proposed by the accountant, agreed to by the controller.

use serde_json::{Value, json};
use steward_tools::{Answer, Call, Credential, Decision, Error, Gate, Options, Plan, Result, Verdict};

use super::{details, history};

/// How many vendors have a bank account.
const SOME: usize = 8;

/// Gives the first vendors by name an account each; the one that somebody signs in for is among them.
pub(super) async fn open(gate: &Gate, org: &str, maker: &str, checker: &str) -> Result<()> {
    let maker = history::person(gate, org, maker, Credential::Operator).await?;
    let checker = history::person(gate, org, checker, Credential::Person).await?;
    let call = |name: &str, arguments: Value| Call { name: format!("directory.parties.{name}"), arguments };
    let vendors = Plan::one(call("list", json!({"kind": "vendor", "limit": SOME})));
    let Answer::Done { result, .. } = gate.submit(&maker, vendors, Options::default()).await? else {
        return Err(Error::internal("the seed could not list vendors"));
    };
    let vendors = result.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    let open = vendors.iter().enumerate().map(|(i, vendor)| {
        let account = json!({"iban": details::iban(i), "bic": "STWDDEHHXXX", "currency": "EUR"});
        call("update", json!({"id": vendor["id"], "bank_accounts": [account]}))
    });
    let answer = gate.submit(&maker, Plan::of(open.collect()), Options::default()).await?;
    let Answer::NeedsApproval { approval } = answer else {
        return Err(Error::internal(format!("bank accounts were not asked about: {answer:?}")));
    };
    let yes = Decision { decision: Verdict::Approve, note: Some("Compared with the vendors' letters".to_owned()) };
    gate.decide(&checker, approval.id, yes).await?;
    Ok(())
}
