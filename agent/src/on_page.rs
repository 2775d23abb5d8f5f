//! What a page is asked to do: tried first with the person's rights, so that it is only moved to what is there.

use serde_json::{Value, json};
use steward_tools::{Answer, Call, Effect, Error, Options, Plan, Refusal, Result, codes};
use uuid::Uuid;

use crate::events::{Event, Outcome};
use crate::model::Observation;
use crate::page::{Asked, FORM, OPEN, PageCall, Unanswered};
use crate::turn::At;

/// Calls of one move.
const MOST: usize = 8;

impl At<'_> {
    /// Asks the page; the turn ends, and what it answers begins the next. Where something does not hold, nothing is asked.
    pub(crate) async fn on_page(
        &mut self,
        (text, rounds): (&str, usize),
        calls: Vec<PageCall>,
        note: Option<String>,
        observed: &mut Vec<Observation>,
    ) -> Result<Option<Outcome>> {
        let mut asked = Vec::new();
        for call in calls.into_iter().filter(|call| self.page.offers(call.tool)).take(MOST) {
            match self.tried(call).await? {
                Ok(call) => {
                    let id = Uuid::now_v7().to_string();
                    asked.push(Unanswered { id, tool: call.tool.to_owned(), arguments: call.arguments });
                }
                Err(refused) => {
                    observed.push(refused);
                    return Ok(None);
                }
            }
        }
        if self.stop.wanted() {
            return Ok(Some(self.stopped().await));
        }
        self.say(note.unwrap_or_default()).await;
        if asked.is_empty() {
            return Ok(Some(Outcome::Finished));
        }
        for call in &asked {
            let (id, tool, arguments) = (call.id.clone(), call.tool.clone(), call.arguments.clone());
            self.tell(Event::ToolCall { id, tool, arguments }).await;
        }
        self.said.push(json!({ "asked": asked }));
        let ids = asked.iter().map(|call| call.id.clone()).collect();
        self.state.asked = Some(Asked { text: text.to_owned(), rounds: rounds + 1, calls: asked });
        Ok(Some(Outcome::Asked(ids)))
    }

    /// The call, references resolved where the page needs them so; or why it does not hold.
    async fn tried(&self, mut call: PageCall) -> Result<std::result::Result<PageCall, Observation>> {
        let Some(tried) = call.tried.take() else { return Ok(Ok(call)) };
        match self.attempt(tried.clone()).await {
            Ok(result) => {
                if call.tool == OPEN
                    && let Some(id) = result.get("id").filter(|id| id.is_string())
                {
                    call.arguments["id"] = id.clone();
                }
                Ok(Ok(call))
            }
            // a form shows itself what it lacks; only what nobody can mean, or may not do, is no form
            Err(Error::Refused(refusal)) if call.tool == FORM && !hopeless(&refusal) => Ok(Ok(call)),
            Err(Error::Refused(refusal)) => Ok(Err(Observation::NotOnPage { call: tried, refusal: *refusal })),
            Err(other) => Err(other),
        }
    }

    /// Reads, or previews: nothing that lasts.
    async fn attempt(&self, mut call: Call) -> Result<Value> {
        let gate = &self.agent.gate;
        let reads = gate.catalogue().effect_of(&call.name) == Some(Effect::Read);
        let limits = gate.catalogue().iter().any(|entry| entry.name() == call.name && entry.takes("limit"));
        if let (true, Some(arguments)) = (reads && limits, call.arguments.as_object_mut()) {
            arguments.insert("limit".to_owned(), json!(1));
        }
        let options = Options { dry_run: !reads, idempotency_key: None };
        match gate.submit(&self.caller, Plan::one(call), options).await? {
            Answer::Done { result, .. } | Answer::Preview { result, .. } => Ok(result),
            _ => Ok(Value::Null),
        }
    }
}

/// Whether a form filled in like this would mislead: it names a record that is none, or the person may not do it.
fn hopeless(refusal: &Refusal) -> bool {
    [codes::UNRESOLVED, codes::FORBIDDEN].contains(&refusal.code.as_str())
}
