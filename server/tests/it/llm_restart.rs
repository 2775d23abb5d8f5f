//! A conversation survives whatever ends its turn half way: what waits still waits, and what was said is not forgotten.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use serde_json::json;
use steward_agent::{Agent, Event, Input, Trained};
use steward_models::{LanguageModel, ModelError, Reply, Request, Said};
use steward_tools::{Answer, Call, Options, Plan, Surface, Verdict};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::llm_support::{Scripted, Talk, calls, says};
use crate::support::World;

/// A model that never comes back, after so many answers.
struct Silent(Arc<Scripted>, usize);

impl LanguageModel for Silent {
    fn name(&self) -> &str {
        "test:silent"
    }
    fn complete<'a>(&'a self, request: &'a Request, said: Said<'a>) -> BoxFuture<'a, Result<Reply, ModelError>> {
        let asked = self.0.asked.lock().unwrap().len();
        if asked < self.1 { self.0.complete(request, said) } else { Box::pin(std::future::pending()) }
    }
}

/// Says something to a model that never comes back, and ends everything in the middle of it.
async fn cut_off(world: &World, conversation: Uuid, text: &str, model: Silent) {
    let agent = Agent::with_model(world.gate.clone(), Arc::new(Trained::new(Arc::new(model), 6_000)));
    let caller = world.person("accountant").await;
    let (sender, mut events) = mpsc::channel(1_000);
    let run = agent.run(&caller, conversation, Input::Message(text.to_owned()), &sender);
    let ended = tokio::time::timeout(Duration::from_millis(1_500), run).await;
    assert!(ended.is_err(), "the turn came to an end");
    while let Ok(event) = events.try_recv() {
        assert!(!matches!(event, Event::Text(_)), "{event:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_was_cut_off_is_told_as_such_and_gone_on_from() {
    let world = World::new().await;
    let read = Scripted::saying(vec![calls("accounting_invoices_list", json!({"status": "draft"}))]);
    let model = Scripted::new(|_, request| {
        let said = json!(request.messages).to_string();
        assert!(said.contains("(interrupted before an answer)") && said.contains("Which draft invoices"), "{said}");
        assert!(said.contains("go on, please"), "{said}");
        Ok(says("Where were we?"))
    });
    let mut talk = Talk::new(&world, "accountant", model).await;
    // once before anything came of it, once after a read
    for silent in [Silent(read.clone(), 0), Silent(read.clone(), 1)] {
        talk.conversation = Uuid::now_v7();
        cut_off(&world, talk.conversation, "Which draft invoices are waiting?", silent).await;
        let told = talk.say("go on, please").await;
        assert_eq!(told.text, "Where were we?");
        let detail = talk.agent.conversation(&talk.caller, talk.conversation).await.unwrap();
        let texts: Vec<&str> =
            detail.messages.iter().filter_map(|message| message.content.get("text")?.as_str()).collect();
        assert_eq!(
            texts,
            ["Which draft invoices are waiting?", "(interrupted before an answer)", "go on, please", "Where were we?"]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_known_though_the_turn_died_before_it_could_say_so() {
    let world = World::new().await;
    let conversation = Uuid::now_v7();
    let pending = Silent(Scripted::saying(vec![]), 0);
    cut_off(&world, conversation, "Archive Westfield Garden Centre", pending).await;
    // the gate had stored what was proposed, and then the process was gone
    let mut caller = world.person("accountant").await;
    (caller.surface, caller.conversation) = (Surface::Agent, Some(conversation));
    let call = Call { name: "directory.parties.archive".into(), arguments: json!({"id": "Westfield Garden Centre"}) };
    let answer = world.gate.submit(&caller, Plan::of(vec![call]), Options::default()).await.unwrap();
    let Answer::NeedsApproval { approval } = answer else { panic!("{answer:?}") };
    let agent = Agent::new(world.gate_with(&[]));
    let detail = agent.conversation(&caller, conversation).await.unwrap();
    assert_eq!(detail.waiting, Some(approval.id));
    // the next turn has it in the conversation, and a yes does it
    let model = Scripted::new(|_, _| Ok(says("It still waits for you.")));
    let mut talk = Talk::new(&world, "accountant", model).await;
    talk.conversation = conversation;
    talk.say("what is going on?").await;
    let detail = talk.agent.conversation(&talk.caller, conversation).await.unwrap();
    let proposals = detail
        .messages
        .iter()
        .filter(|message| message.content.get("proposal").is_some_and(|row| row["id"] == json!(approval.id)));
    assert_eq!(proposals.count(), 1);
    let done = talk.decide(approval.id, Verdict::Approve).await;
    assert!(done.text.starts_with("Done."), "{}", done.text);
    let detail = talk.agent.conversation(&talk.caller, conversation).await.unwrap();
    assert_eq!(detail.waiting, None);
}
