//! Conversations with the built-in planner, as people have them.

use insta::assert_snapshot;
use steward_agent::{Agent, Event, Input, Outcome};
use steward_tools::{Decision, EffectKind, Verdict};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::support::World;

/// Says each line and tells the conversation; `yes` and `no` decide on what is proposed.
async fn talk(world: &World, who: &str, script: &str) -> String {
    let agent = Agent::new(world.gate.clone());
    let caller = world.person(who).await;
    let conversation = Uuid::now_v7();
    let mut told = String::new();
    let mut waiting: Option<Uuid> = None;
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let input = match (line, waiting) {
            ("yes" | "no", Some(approval)) => {
                waiting = None;
                let decision = if line == "yes" { Verdict::Approve } else { Verdict::Reject };
                Input::Resume { approval, decision: Decision { decision, note: None } }
            }
            _ => Input::Message(line.to_owned()),
        };
        let (sender, mut events) = mpsc::channel(10_000);
        let outcome = agent.run(&caller, conversation, input, &sender).await.unwrap();
        drop(sender);
        told.push_str(&format!("> {line}\n"));
        let mut text = String::new();
        while let Some(event) = events.recv().await {
            match event {
                Event::Text(piece) => text.push_str(&piece),
                Event::ToolCall { tool, .. } => told.push_str(&format!("  [{tool}]\n")),
                Event::ToolResult { .. } | Event::State(_) => {}
            }
        }
        told.push_str(&text);
        told.push('\n');
        if let Outcome::Interrupted(approval) = outcome {
            for effect in approval.effects.iter().filter(|effect| effect.kind != EffectKind::Record) {
                told.push_str(&format!("  {}\n", effect.text));
            }
            waiting = Some(approval.id);
        }
    }
    without_times(&told)
}

/// The clock on the wall is not the same twice: "2026-03-16 09:12 UTC" becomes "<time>".
fn without_times(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(" UTC") {
        let start = at.checked_sub(16).filter(|start| rest.is_char_boundary(*start));
        match start.filter(|start| rest[*start..at].starts_with("20") && rest[*start..at].contains(':')) {
            Some(start) => {
                out.push_str(&rest[..start]);
                out.push_str("<time>");
            }
            None => out.push_str(&rest[..at + 4]),
        }
        rest = &rest[at + 4..];
    }
    out + rest
}

#[tokio::test(flavor = "multi_thread")]
async fn who_owes_us_the_most() {
    let world = World::new().await;
    assert_snapshot!(talk(&world, "accountant", "Who owes us the most money?").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_is_said_posted_and_taken_back() {
    let world = World::new().await;
    let told = talk(
        &world,
        "accountant",
        "Invoice Nordwind Handels GmbH for 3 hours of consulting at 120 and 2 licences at 49.90, due in 30 days, and post it
         yes
         undo that
         yes",
    )
    .await;
    assert_snapshot!(told);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_misspelt_name_is_asked_about() {
    let world = World::new().await;
    let told = talk(
        &world,
        "accountant",
        "Invoice Akme for 3 hours of consulting at 120
         2
         no
         Invoice Nobodyknows Inc for 2 chairs at 10",
    )
    .await;
    assert_snapshot!(told);
}

#[tokio::test(flavor = "multi_thread")]
async fn everyday_requests() {
    let world = World::new().await;
    let told = talk(
        &world,
        "accountant",
        "hi
         Who owes us money?
         What does Globex Industries SE owe us?
         show overdue invoices of Globex Industries SE
         list drafts
         how many customers do we have?
         add customer Testfirma Nord with email info@testfirma.example
         yes
         Invoice Testfirma Nord for 40 boxes of copy paper at 24.90
         yes
         post it
         yes
         Testfirma Nord paid 500 today
         yes
         show invoices of Testfirma Nord
         change the phone of Testfirma Nord to +49 30 1234
         yes
         trial balance at the end of last month
         tag Testfirma Nord as vip and paper
         yes
         who changed Testfirma Nord?
         thanks
         what's the weather",
    )
    .await;
    assert_snapshot!(told);
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_asked_for() {
    let world = World::new().await;
    let told = talk(
        &world,
        "accountant",
        "largest invoices this year
         unpaid invoices
         how much did we invoice Globex Industries SE this year?
         how many invoices did we send last month?
         which invoices are due next week?
         posted invoices from last month over 1000
         when is INV-2026-00046 due?
         what's on INV-2026-00046?
         what's the phone of Globex Industries SE?
         history of INV-2026-00046
         who created customer Globex Industries SE?
         income accounts
         trial balance for January
         which invoices fall due this week?
         credit half of INV-2026-00046
         never mind
         show the latest changes
         what's the weather
         tell me a joke
         book a flight to Rome
         what is the capital of France?",
    )
    .await;
    assert_snapshot!(told);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_is_revised_before_it_is_decided() {
    let world = World::new().await;
    let told = talk(
        &world,
        "accountant",
        "Invoice Globex Industries SE for 3 hours of consulting at 120
         make it 40
         1
         due in 14 days instead
         change the price to 130
         yes please
         yes
         yes please
         Globex Industries SE paid 500
         no
         make it 450
         yes
         take that back
         no
         reverse payment PAY-2026-00042 because it bounced
         yes",
    )
    .await;
    assert_snapshot!(told);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_get_no_further_by_chat_than_by_hand() {
    let world = World::new().await;
    let staff = talk(
        &world,
        "staff",
        "Who owes us the most money?\nInvoice Globex Industries SE for 1 chair at 10 and post it\nlist customers",
    )
    .await;
    let vendor = talk(&world, "vendor", "list invoices\nshow invoices of Globex Industries SE\nlist parties").await;
    let sales = talk(
        &world,
        "sales",
        "Invoice Globex Industries SE for 1 chair at 10 and post it\npost INV-2026-00046\nwho changed Globex Industries SE?",
    )
    .await;
    assert_snapshot!(format!("{staff}\n--- vendor\n{vendor}\n--- sales\n{sales}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_is_its_owners_only() {
    let world = World::new().await;
    let agent = Agent::new(world.gate.clone());
    let (sender, _events) = mpsc::channel(1000);
    let conversation = Uuid::now_v7();
    let hello = || Input::Message("hi".to_owned());
    agent.run(&world.person("sales").await, conversation, hello(), &sender).await.unwrap();
    let admin = world.person("admin").await;
    let error = agent.run(&admin, conversation, hello(), &sender).await.unwrap_err();
    assert_eq!(error.refusal().unwrap().code, "not_found");
    assert!(agent.conversation(&admin, conversation).await.is_err());
    assert!(agent.conversations(&admin).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_decided_elsewhere_is_known_here() {
    let world = World::new().await;
    let agent = Agent::new(world.gate.clone());
    let caller = world.person("accountant").await;
    let conversation = Uuid::now_v7();
    let (sender, _events) = mpsc::channel(1000);
    let say = |text: &str| agent.run(&caller, conversation, Input::Message(text.to_owned()), &sender);
    let Outcome::Interrupted(approval) = say("add customer Testfirma Nord").await.unwrap() else { panic!() };
    assert_eq!(agent.conversation(&caller, conversation).await.unwrap().waiting, Some(approval.id));
    world.gate.decide(&caller, approval.id, Decision { decision: Verdict::Approve, note: None }).await.unwrap();
    assert_eq!(agent.conversation(&caller, conversation).await.unwrap().waiting, None);
    let Outcome::Interrupted(undo) = say("undo that").await.unwrap() else {
        panic!("there was something to take back")
    };
    assert_eq!(undo.calls[0].name, "directory.parties.delete");
}
