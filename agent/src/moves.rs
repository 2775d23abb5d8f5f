//! The next move of a turn: the model thinks, and what it says meanwhile goes out while it comes.

use std::sync::Arc;

use serde_json::json;
use steward_tools::{Entry, Result};
use tokio::sync::mpsc;

use crate::events::Event;
use crate::model::{Next, Observation, Turn, Who};
use crate::turn::At;

impl At<'_> {
    /// The next move, unless the person wants it to stop before there is one. What the model says meanwhile goes out
    /// while it comes.
    pub(crate) async fn next(
        &mut self,
        text: &str,
        (tools, all): (&[&Entry], &[&Entry]),
        observed: &[Observation],
    ) -> Result<Option<Next>> {
        let (gate, who) = (self.agent.gate.clone(), Arc::clone(&self.caller.principal));
        let (memory, interrupted) = (self.state.memory.clone(), self.interrupted.clone());
        let (say, mut saying) = mpsc::unbounded_channel::<String>();
        let say = move |words: &str| {
            // whoever listens may have gone: the turn goes on
            let _ = say.send(words.to_owned());
        };
        let turn = Turn {
            text,
            tools,
            all,
            waiting: self.state.waiting.is_some(),
            today: gate.clock().today(who.zone),
            currency: &who.currency,
            memory: &memory,
            observed,
            who: Who { name: &who.name, roles: &who.roles, company: &who.org_name },
            interrupted: interrupted.as_deref(),
            say: &say,
            page: self.page,
        };
        let mut stop = self.stop.clone();
        let mut thinking = self.agent.model.next(&turn);
        let mut words = String::new();
        let next = loop {
            tokio::select! {
                biased;
                Some(more) = saying.recv() => self.words(&mut words, more).await,
                () = stop.until_wanted() => break None,
                next = &mut thinking => break Some(next),
            }
        };
        while let Ok(more) = saying.try_recv() {
            self.words(&mut words, more).await;
        }
        if !words.is_empty() {
            self.said.push(json!({ "text": words }));
        }
        next.transpose()
    }

    async fn words(&self, all: &mut String, more: String) {
        all.push_str(&more);
        self.tell(Event::Text(more)).await;
    }
}
