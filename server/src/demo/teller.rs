//! Somebody who carries out what is told, in plans of bounded size.

use serde_json::{Value, json};
use steward_tools::{Answer, Call, Caller, Credential, Error, Gate, Options, Plan, Result, Surface};

/// Calls that go through the gate as one plan: fewer commits, the same rules.
const BATCH: usize = 100;

/// One of the company, at work: what is told waits until a plan is full or somebody needs an answer.
pub(super) struct Teller<'a> {
    pub(super) gate: &'a Gate,
    caller: Caller,
    calls: Vec<Call>,
    /// For each group of calls that was told, where its last answer will be.
    groups: Vec<usize>,
}

impl<'a> Teller<'a> {
    pub(super) async fn new(gate: &'a Gate, org: &str, email: &str) -> Result<Self> {
        let caller = person(gate, org, email, Credential::Operator).await?;
        Ok(Self { gate, caller, calls: Vec::new(), groups: Vec::new() })
    }

    pub(super) fn today(&self) -> chrono::NaiveDate {
        self.gate.clock().today(self.caller.principal.zone)
    }

    /// Whether this many calls more would be too many for one plan.
    pub(super) fn is_full(&self, more: usize) -> bool {
        self.calls.len() + more > BATCH
    }

    /// Adds calls that belong together; `{"$result": [0, …]}` counts from the first of them.
    pub(super) fn tell(&mut self, group: Vec<Call>) {
        let offset = self.calls.len();
        self.calls.extend(group.into_iter().map(|call| shifted(call, offset)));
        self.groups.push(self.calls.len() - 1);
    }

    /// Carries out what waits, and answers the last result of each group.
    pub(super) async fn done(&mut self) -> Result<Vec<Value>> {
        if self.calls.is_empty() {
            return Ok(Vec::new());
        }
        let (calls, groups) = (std::mem::take(&mut self.calls), std::mem::take(&mut self.groups));
        match self.gate.submit(&self.caller, Plan::of(calls), Options::default()).await? {
            Answer::Done { result: Value::Array(mut all), .. } => {
                let last = |at: usize| all.get_mut(at).map(Value::take).unwrap_or_default();
                Ok(groups.into_iter().map(last).collect())
            }
            other => Err(Error::internal(format!("the seed was not carried out: {other:?}"))),
        }
    }

    /// Carries out all of this, and answers the last result of each group.
    pub(super) async fn all(&mut self, groups: Vec<Vec<Call>>) -> Result<Vec<Value>> {
        let mut results = Vec::with_capacity(groups.len());
        for group in groups {
            if self.is_full(group.len()) {
                results.extend(self.done().await?);
            }
            self.tell(group);
        }
        results.extend(self.done().await?);
        Ok(results)
    }

    /// Carries out one call.
    pub(super) async fn one(&mut self, call: Call) -> Result<Value> {
        Ok(self.all(vec![vec![call]]).await?.pop().unwrap_or_default())
    }

    /// Asks for what somebody else has to agree to, and leaves it waiting.
    pub(super) async fn ask(&self, calls: Vec<Call>) -> Result<uuid::Uuid> {
        match self.gate.submit(&self.caller, Plan::of(calls), Options::default()).await? {
            Answer::NeedsApproval { approval } => Ok(approval.id),
            other => Err(Error::internal(format!("this was not asked about: {other:?}"))),
        }
    }
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

pub(super) fn of(name: &str, arguments: Value) -> Call {
    Call { name: name.to_owned(), arguments }
}

/// A text of an answer.
pub(super) fn text<'a>(answer: &'a Value, pointer: &str) -> Result<&'a str> {
    let found = answer.pointer(pointer).and_then(Value::as_str);
    found.ok_or_else(|| Error::internal(format!("a seeded record has no {pointer}: {answer}")))
}

/// An amount of an answer, in cents.
pub(super) fn amount(answer: &Value, pointer: &str) -> Result<i64> {
    let text = text(answer, pointer)?;
    super::goods::cents(text).ok_or_else(|| Error::internal(format!("{text} is no amount")))
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
