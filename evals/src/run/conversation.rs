//! A conversation under test: each turn is said, tried, judged, and decided on.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde_json::Value;
use uuid::Uuid;

use crate::client::{Heard, Recorded, Shared};
use crate::judge::{self, Judged, Reference, Tools};
use crate::record::TurnRecord;
use crate::suite::{Call, Expect, Turn};
use crate::{EvalError, Result};

/// One person's conversation with the product.
pub(super) struct Conversation {
    outside: Shared,
    who: String,
    thread: Uuid,
    tools: Tools,
    /// The newest call that is known of.
    newest: Option<String>,
    /// What was recorded since the beginning, oldest first.
    recorded: Vec<Recorded>,
}

impl Conversation {
    pub(super) async fn begin(outside: Shared, who: &str) -> Result<Self> {
        let tools = outside.tools().await?;
        let newest = outside.recorded(None).await?.into_iter().next().map(|first| first.id);
        Ok(Self { outside, who: who.to_owned(), thread: Uuid::now_v7(), tools, newest, recorded: Vec::new() })
    }

    /// The operations that were done.
    pub(super) fn done(&self) -> impl Iterator<Item = &str> {
        self.recorded.iter().map(|row| row.operation.as_str())
    }

    /// One turn; says whether the conversation can go on.
    pub(super) async fn turn(&mut self, turn: &Turn) -> Result<(TurnRecord, bool)> {
        let heard = self.outside.say(&self.who, self.thread, &turn.say).await?;
        if let Some(error) = &heard.error {
            return Err(EvalError::Infrastructure(format!("the run failed: {error}")));
        }
        let mut judged = match &turn.expect {
            Some(expect) => self.judged(expect, &heard).await?,
            None => Judged::default(),
        };
        judged.problems.extend(judge::made_up(&heard, &self.tools));
        judged.problems.extend(self.card(&heard).await?);
        let unseen = self.news().await?;
        judged.problems.extend(unseen.iter().map(|row| format!("{} was done without anybody's yes", row.operation)));
        let undoes = turn.expect.as_ref().is_some_and(|expect| expect.undone);
        let broken = match turn.approve.or(undoes.then_some(true)) {
            Some(yes) => self.decide(&heard, yes, undoes, &mut judged).await?,
            None => false,
        };
        Ok((told(turn, &heard, judged), broken))
    }

    fn judged<'a>(&'a self, expect: &'a Expect, heard: &'a Heard) -> BoxFuture<'a, Result<Judged>> {
        async move {
            if let Some(calls) = &expect.calls {
                let tried = self.outside.tried(&self.who, calls).await?;
                return judge::calls(&Reference { calls, tried }, &expect.answers, heard, &self.tools);
            }
            if expect.undone {
                // judged by the record, once it is approved
                return Ok(Judged::default());
            }
            let Some(any) = &expect.any else { return Ok(judge::words(expect, heard)) };
            let mut best: Option<Judged> = None;
            for one in any {
                let judged = self.judged(one, heard).await?;
                if judged.passed() {
                    return Ok(judged);
                }
                if best.as_ref().is_none_or(|best| judged.operation > best.operation) {
                    best = Some(judged);
                }
            }
            Ok(best.unwrap_or_default())
        }
        .boxed()
    }

    /// Whether the card shows what its calls would do.
    async fn card(&self, heard: &Heard) -> Result<Option<String>> {
        let Some(id) = heard.approval.as_ref().and_then(|approval| approval["id"].as_str()) else { return Ok(None) };
        let of_card = heard.called.iter().filter(|call| call.result["approval"] == id);
        let named = of_card.map(|call| Call {
            name: judge::operation(&self.tools, &call.tool).0.to_owned(),
            arguments: call.arguments.clone(),
        });
        let calls: Vec<Call> = named.collect();
        if calls.is_empty() {
            // an undo says what it does, and its calls are not the person's to make
            return Ok(None);
        }
        Ok(judge::card(heard, &self.outside.tried(&self.who, &calls).await?))
    }

    /// What was recorded since it was looked last.
    async fn news(&mut self) -> Result<Vec<Recorded>> {
        let mut news = self.outside.recorded(Some(self.newest.as_deref().unwrap_or_default())).await?;
        if let Some(first) = news.first() {
            self.newest = Some(first.id.clone());
        }
        news.reverse();
        self.recorded.extend(news.iter().cloned());
        Ok(news)
    }

    /// Says yes or no to what was prepared. Answers whether the conversation cannot go on.
    async fn decide(&mut self, heard: &Heard, yes: bool, undoes: bool, judged: &mut Judged) -> Result<bool> {
        let of = |key: &str| heard.approval.as_ref().and_then(|approval| approval[key].as_str());
        let (Some(id), approver) = (of("id"), of("approver").unwrap_or_default()) else {
            if judged.passed() {
                judged.problems.push("prepared nothing that could be decided on".to_owned());
            }
            return Ok(true);
        };
        if heard.own {
            let answered = self.outside.answer(&self.who, self.thread, id, yes).await?;
            if let Some(error) = answered.error {
                return Err(EvalError::Infrastructure(format!("the decision failed: {error}")));
            }
        } else {
            self.outside.decide(approver.strip_prefix("role:").unwrap_or("controller"), id, yes).await?;
        }
        let before = self.recorded.iter().rfind(|row| row.undoes.is_none()).map(|row| row.plan.clone());
        let news = self.news().await?;
        if yes && news.is_empty() {
            judged.problems.push("it was agreed to, and nothing was done".to_owned());
            return Ok(true);
        }
        if undoes {
            let last: Vec<&str> = self
                .recorded
                .iter()
                .filter(|row| Some(&row.plan) == before.as_ref())
                .map(|row| row.id.as_str())
                .collect();
            let taken_back = news.iter().filter_map(|row| row.undoes.as_deref()).any(|id| last.contains(&id));
            judged.operation = Some(taken_back);
            judged.outcome = Some(taken_back);
            if !taken_back {
                judged.problems.push("what was done last is not taken back".to_owned());
            }
        }
        Ok(false)
    }
}

/// What is kept of the turn.
fn told(turn: &Turn, heard: &Heard, judged: Judged) -> TurnRecord {
    let expect = turn.expect.as_ref();
    let first = |expect: &Expect| {
        expect.calls.clone().or_else(|| expect.any.iter().flatten().find_map(|one| one.calls.clone()))
    };
    let short = |value: &Value| if value.to_string().len() > 2_000 { Value::Null } else { value.clone() };
    let mut called = heard.called.clone();
    called.iter_mut().for_each(|call| call.arguments = short(&call.arguments));
    TurnRecord {
        say: turn.say.clone(),
        expected: expect.map_or("", Expect::kind).to_owned(),
        reference: expect.and_then(first).unwrap_or_default(),
        passed: judged.passed(),
        operation: judged.operation,
        outcome: judged.outcome,
        prepared: heard.approval.is_some(),
        problems: judged.problems,
        answer: heard.text.chars().take(1_500).collect(),
        called,
        ms: heard.ms,
    }
}
