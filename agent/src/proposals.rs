//! What is proposed, decided and taken back; the gate does it, this tells it.

use serde_json::{Value, json};
use steward_tools::{Answer, ApprovalRow, Call, Decision, Error, Options, Plan, Result, UndoTarget, Verdict, codes};
use uuid::Uuid;

use crate::events::{Outcome, Step};
use crate::turn::At;
use crate::words;

impl At<'_> {
    /// Writes become one plan with one preview; the person decides.
    pub(crate) async fn propose(&mut self, calls: &[Call]) -> Result<Outcome> {
        self.step(Step::Calling).await;
        let ids = self.announce(calls).await;
        let answer = self.agent.gate.submit(&self.caller, Plan::of(calls.to_vec()), Options::default()).await;
        let contents = match &answer {
            Ok(Answer::NeedsApproval { approval }) => {
                json!({"status": "needs_approval", "approval": approval.id, "title": approval.title})
            }
            Ok(other) => serde_json::to_value(other)?,
            Err(Error::Refused(refusal)) => {
                let refusal = serde_json::to_value(refusal)?;
                self.keep(&ids, calls, &vec![refusal.clone(); ids.len()]);
                refusal
            }
            Err(_) => json!({"status": "failed"}),
        };
        self.results(ids.clone(), vec![contents; ids.len()]).await;
        self.show(answer?, calls).await
    }

    /// Proposes anew; what was proposed before and is not decided yet is withdrawn, so that nobody says yes to both.
    pub(crate) async fn revise(&mut self, calls: &[Call]) -> Result<Outcome> {
        let before = self.state.waiting;
        let outcome = self.propose(calls).await?;
        if let (Some(before), Outcome::Interrupted(now)) = (before, &outcome)
            && before != now.id
        {
            let decision =
                Decision { decision: Verdict::Reject, note: Some("Revised in the conversation.".to_owned()) };
            // decided elsewhere in the meantime is as good
            if self.agent.gate.decide(&self.caller, before, decision).await.is_ok() {
                self.said.push(json!({"decision": Verdict::Reject, "approval": before}));
                self.say("\nThis takes the place of what I proposed before.".to_owned()).await;
            }
        }
        Ok(outcome)
    }

    /// Takes back what was done last, as a plan of its own.
    pub(crate) async fn undo(&mut self) -> Result<Outcome> {
        let Some(plan) = self.last_plan().await? else {
            self.say("There is nothing in this conversation to take back.".to_owned()).await;
            return Ok(Outcome::Finished);
        };
        let target = UndoTarget::Plan(plan);
        let calls = self.agent.gate.undo_plan(&self.caller, target).await?;
        let ids = self.announce(&calls).await;
        let answer = self.agent.gate.undo(&self.caller, target, Options::default()).await?;
        self.results(ids.clone(), vec![json!({"status": "needs_approval"}); ids.len()]).await;
        self.show(answer, &calls).await
    }

    pub(crate) async fn decide(&mut self, approval: Uuid, decision: Decision) -> Result<Outcome> {
        let rejected = decision.decision == Verdict::Reject;
        let row = self.agent.gate.approval(&self.caller, approval).await?;
        self.said.push(json!({"decision": decision.decision, "approval": approval}));
        match self.agent.gate.decide(&self.caller, approval, decision).await {
            Ok(_) if rejected => {
                self.state.waiting = None;
                self.state.memory = self.agent.model.declined(&self.state.memory);
                self.say("All right, nothing was done.".to_owned()).await;
                Ok(Outcome::Finished)
            }
            Ok(answer) => self.show(answer, &row.calls).await,
            Err(Error::Refused(refusal)) if refusal.code == codes::EFFECTS_CHANGED => {
                self.say(words::refused(&refusal)).await;
                let approval =
                    refusal.extra.as_ref().and_then(|extra| extra.get("approval")).cloned().unwrap_or_default();
                self.show(Answer::NeedsApproval { approval: serde_json::from_value(approval)? }, &row.calls).await
            }
            Err(other) => Err(other),
        }
    }

    /// Tells what the gate answered to a plan that writes, and remembers it.
    async fn show(&mut self, answer: Answer, calls: &[Call]) -> Result<Outcome> {
        let results = |result: &Value| result.as_array().cloned().unwrap_or_else(|| vec![result.clone()]);
        match answer {
            Answer::Done { result, sentences, .. } => {
                self.state.waiting = None;
                self.state.memory = self.agent.model.settled(&self.state.memory, calls, &results(&result), true);
                self.say(words::done(&sentences)).await;
                Ok(Outcome::Finished)
            }
            Answer::NeedsApproval { approval } => {
                self.state.memory =
                    self.agent.model.settled(&self.state.memory, &approval.calls, &results(&approval.result), false);
                self.said.push(json!({"proposal": approval}));
                if approval.approver != "self" {
                    self.say(words::waiting(&approval)).await;
                    return Ok(Outcome::Waiting { approval });
                }
                self.state.waiting = Some(approval.id);
                self.say(words::proposed(&sentences(&approval))).await;
                Ok(Outcome::Interrupted(approval))
            }
            Answer::Preview { .. } | Answer::Rejected { .. } => Ok(Outcome::Finished),
        }
    }
}

/// The sentences of the calls that would run: the first effect of each.
fn sentences(approval: &ApprovalRow) -> Vec<String> {
    let of_call = |effect: &&steward_tools::PreviewEffect| {
        effect.after.as_ref().is_some_and(|after| after.get("operation").is_some())
    };
    approval.effects.iter().filter(of_call).map(|effect| effect.text.clone()).collect()
}
