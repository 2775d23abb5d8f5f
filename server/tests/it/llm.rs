//! Conversations with trained models, bad ones above all: what they invent reaches no preview, what they claim is not
//! believed, and what they break the planner mends.

use serde_json::json;
use steward_agent::llm;
use steward_tools::Verdict;

use crate::llm_support::{Scripted, Talk, all, broken, calls, last, says, unreachable};
use crate::support::World;

const CREATE: &str = "accounting_invoices_create";
const LIST: &str = "accounting_invoices_list";

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_is_previewed_and_done_on_yes() {
    let world = World::new().await;
    let line = json!({"description": "desk", "quantity": 2, "unit_price": 549});
    let model = Scripted::saying(vec![calls(CREATE, json!({"customer": "Globex Industries SE", "lines": [line]}))]);
    let talk = Talk::new(&world, "accountant", model).await;
    let told = talk.say("Draft an invoice to Globex Industries SE for 2 desks at 549 each").await;
    assert!(
        told.text.contains("I would do this, if you say yes: Draft invoice to Globex Industries SE"),
        "{}",
        told.text
    );
    assert_eq!(told.arguments()["lines"], json!([{"description": "desk", "quantity": "2", "unit_price": "549"}]));
    let done = talk.decide(told.approval.unwrap().id, Verdict::Approve).await;
    assert!(done.text.starts_with("Done."), "{}", done.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_said_is_left_out_and_told() {
    let world = World::new().await;
    let invented = json!({
        "name": "Larkspur Bakery Ltd", "kinds": ["customer"], "email": "info@larkspur.example", "phone": "+44 20 1234",
        "credit_limit": "5000", "addresses": [{"lines": ["1 High Street"], "city": "London", "country": "GB"}],
        "currency": "EUR", "notes": null,
    });
    let model = Scripted::saying(vec![calls("directory_parties_create", invented)]);
    let talk = Talk::new(&world, "accountant", model).await;
    let told = talk.say("Create a new customer called Larkspur Bakery Ltd").await;
    assert_eq!(json!(told.arguments()), json!({"name": "Larkspur Bakery Ltd", "kinds": ["customer"]}));
    for gone in ["“info@larkspur.example”", "“+44 20 1234”", "“5000”", "“London”", "nobody said them"] {
        assert!(told.text.contains(gone), "{gone}: {}", told.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_required_and_was_not_said_is_asked() {
    let world = World::new().await;
    let model = Scripted::saying(vec![calls(
        "accounting_payments_receive",
        json!({"customer": "Nordwind Handels GmbH", "amount": "250.00", "date": "2026-03-01"}),
    )]);
    let talk = Talk::new(&world, "accountant", model.clone()).await;
    let told = talk.say("Record a payment from Nordwind Handels GmbH").await;
    assert!(told.approval.is_none() && told.tools.is_empty(), "{:?}", told.tools);
    assert!(told.text.contains("What is the amount?"), "{}", told.text);
    // the answer needs no model
    let told = talk.say("75.50").await;
    assert_eq!(told.arguments()["amount"], json!("75.5"));
    assert!(!told.arguments().contains_key("date"));
    assert_eq!(model.asked.lock().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verb_taken_along_into_a_name_is_taken_off() {
    let world = World::new().await;
    let line = json!({"description": "headsets", "quantity": "10", "unit_price": "129.00"});
    let model = Scripted::saying(vec![calls(
        CREATE,
        json!({"customer": "Bill Helios Office Systems AG", "lines": [line], "due_date": "2026-12-31"}),
    )]);
    let talk = Talk::new(&world, "accountant", model).await;
    let told = talk.say("Bill Helios Office Systems AG 10 headsets at 129.00, due on 2026-12-31").await;
    assert!(told.text.contains("Draft invoice to Helios Office Systems AG"), "{}", told.text);
    assert_eq!(told.arguments()["due_date"], json!("2026-12-31"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_never_picks_among_namesakes() {
    let world = World::new().await;
    let line = json!({"description": "lamps", "quantity": "2", "unit_price": "49.90"});
    // it has read both, and takes the first by its handle
    let model = Scripted::saying(vec![
        calls("directory_parties_list", json!({"q": "Acme"})),
        calls(CREATE, json!({"customer": "#1", "lines": [line]})),
    ]);
    let talk = Talk::new(&world, "accountant", model).await;
    let told = talk.say("Draft an invoice to Acme for 2 lamps at 49.90").await;
    assert!(told.approval.is_none(), "{}", told.text);
    assert!(told.text.contains("Acme Trading GmbH") && told.text.contains("Acme Logistics GmbH"), "{}", told.text);
    let told = talk.say("2").await;
    assert!(told.text.contains("Draft invoice to Acme Logistics GmbH"), "{}", told.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn small_talk_and_questions_change_nothing() {
    let world = World::new().await;
    let create = || calls("directory_parties_create", json!({"name": "Hello there", "kinds": ["customer"]}));
    let model = Scripted::saying(vec![create(), says("Hello! How can I help?"), create(), create()]);
    let talk = Talk::new(&world, "accountant", model).await;
    let told = talk.say("Hello there!").await;
    assert_eq!((told.text.as_str(), told.tools.len()), ("Hello! How can I help?", 0));
    // and one that does not learn is not asked again
    let told = talk.say("thanks").await;
    assert!(told.approval.is_none() && told.tools.is_empty());
    assert_eq!(told.text, "You're welcome.");
    let archive = || calls("directory_parties_archive", json!({"id": "Globex Industries SE"}));
    let talk = Talk::new(&world, "accountant", Scripted::saying(vec![archive(), archive()])).await;
    let told = talk.say("What does Globex Industries SE owe us?").await;
    assert!(told.approval.is_none() && told.text.contains("Globex Industries SE"), "{}", told.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_of_work_that_no_call_did_are_held_back() {
    let world = World::new().await;
    let model = Scripted::saying(vec![says("I have booked the flight. Done! Have a nice day.")]);
    let talk = Talk::new(&world, "accountant", model).await;
    let told = talk.say("Book me a flight to Rome").await;
    assert!(!told.text.contains("I have booked") && !told.text.contains("Done!"), "{}", told.text);
    assert!(told.text.ends_with("Nothing was done."), "{}", told.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_come_from_the_books_and_from_nowhere_else() {
    let world = World::new().await;
    let report = "accounting_reports_aged_receivables";
    let model =
        Scripted::saying(vec![calls(report, json!({})), says("They owe you 123,456.78 in all. Shall I go on?")]);
    let talk = Talk::new(&world, "accountant", model).await;
    let told = talk.say("Who owes us the most money?").await;
    assert!(!told.text.contains("123,456.78"), "{}", told.text);
    // instead of the invented figure, the report's own
    let plain = Talk::new(&world, "accountant", Scripted::new(|_, _| Err(unreachable()))).await;
    let expected = plain.say("Who owes us the most money?").await.text;
    let sentence = expected.lines().nth(2).unwrap().to_owned();
    assert!(told.text.contains(&sentence), "{} | {sentence}", told.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_answers_nothing_is_replaced_by_the_planner() {
    let world = World::new().await;
    let models = [
        Scripted::new(|_, _| Err(broken())),
        Scripted::new(|_, _| Err(unreachable())),
        Scripted::new(|_, _| Ok(calls("make_it_so", json!({"x": 1})))),
        Scripted::new(|_, _| Ok(calls(CREATE, json!("{customer: Globex")))),
        Scripted::new(|_, _| Ok(calls(LIST, json!({})))),
        Scripted::new(|_, _| Ok(calls("find_tools", json!({"query": "make an invoice"})))),
        Scripted::new(|_, _| Ok(says("I am sorry, I cannot do that."))),
        Scripted::new(|_, _| Ok(says(""))),
        Scripted::new(|_, _| Ok(says("{\"name\": \"accounting_invoices_create\"}"))),
    ];
    for (n, model) in models.into_iter().enumerate() {
        let talk = Talk::new(&world, "accountant", model.clone()).await;
        let told = talk.say("Draft an invoice to Globex Industries SE for 2 desks at 549 each").await;
        assert!(told.text.contains("Draft invoice to Globex Industries SE: 1098.00"), "{n}: {}", told.text);
        assert!(told.text.contains("built-in planner"), "{n}: {}", told.text);
        assert!(model.asked.lock().unwrap().len() <= 9, "{n}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_to_the_model_so_that_it_can_mend_it() {
    let world = World::new().await;
    let model = Scripted::saying(vec![
        calls("create_invoice", json!({})),
        calls("directory_comments_list", json!({"record": "#5"})),
        calls("directory_parties_get", json!({"id": "Bank Street Books"})),
        says("Here is what I found."),
    ]);
    let talk = Talk::new(&world, "accountant", model.clone()).await;
    let told = talk.say("Show the details of Bank Street Books").await;
    assert!(told.text.starts_with("Here is what I found."), "{}", told.text);
    let asked = model.asked.lock().unwrap();
    assert!(last(&asked[1]).contains("unknown_tool") && last(&asked[1]).contains(CREATE), "{}", last(&asked[1]));
    assert!(last(&asked[2]).contains("unknown_handle"), "{}", last(&asked[2]));
    assert!(last(&asked[3]).contains("name: Bank Street Books"), "{}", last(&asked[3]));
}

#[tokio::test(flavor = "multi_thread")]
async fn handles_stand_for_records_in_later_turns() {
    let world = World::new().await;
    let model = Scripted::new(|n, request| match n {
        0 => Ok(calls(LIST, json!({"status": "draft", "limit": 5}))),
        1 => Ok(says("Those are the drafts.")),
        _ => {
            assert!(json!(request.messages).to_string().contains("#2|"), "{}", json!(request.messages));
            Ok(calls("accounting_invoices_post", json!({"id": "#2"})))
        }
    });
    let talk = Talk::new(&world, "accountant", model.clone()).await;
    talk.say("Which draft invoices are waiting?").await;
    let told = talk.say("post the second one").await;
    let id = told.arguments()["id"].as_str().unwrap().to_owned();
    let asked = model.asked.lock().unwrap();
    let drafts: String = last(&asked[1]);
    assert!(uuid::Uuid::parse_str(&id).is_ok() && drafts.contains("#2|"));
    // the same beginning every time, so that a provider that caches prompts finds it again
    assert!(asked.windows(2).all(|two| two[0].system == two[1].system));
    for two in asked.windows(2) {
        assert_eq!(two[0].tools[..], two[1].tools[..two[0].tools.len()]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_that_belong_together_are_one_plan() {
    let world = World::new().await;
    let line = json!({"description": "desks", "quantity": "2", "unit_price": "549"});
    let model = Scripted::saying(vec![all(vec![
        (CREATE, json!({"customer": "Globex Industries SE", "lines": [line]})),
        ("accounting_invoices_post", json!({"id": "@1"})),
    ])]);
    let talk = Talk::new(&world, "accountant", model).await;
    let told = talk.say("Invoice Globex Industries SE for 2 desks at 549 and post it").await;
    assert_eq!(told.calls().len(), 2, "{}", told.text);
    let done = talk.decide(told.approval.unwrap().id, Verdict::Approve).await;
    assert!(done.text.contains("INV-2026-"), "{}", done.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_figure_that_the_model_dropped_is_told_or_taken_from_the_message() {
    let world = World::new().await;
    let model = Scripted::saying(vec![calls(
        "accounting_payments_receive",
        json!({"customer": "Castle Rock Hotels plc", "amount": 1200.50}),
    )]);
    let talk = Talk::new(&world, "accountant", model).await;
    let told = talk.say("Record a payment of 1200.50 from Castle Rock Hotels plc dated 2026-03-12").await;
    assert_eq!(told.arguments()["date"], json!("2026-03-12"), "{}", told.text);
    assert_eq!(told.arguments()["amount"], json!("1200.5"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_model_reads_little_and_says_nothing_of_what_was_read() {
    let world = World::new().await;
    let model = Scripted::saying(vec![calls(LIST, json!({"status": "draft"}))]);
    let talk = Talk::sized(&world, "accountant", model.clone(), steward_agent::llm::SMALL).await;
    let told = talk.say("Which draft invoices are waiting?").await;
    let drafts: Vec<String> = sqlx::query_scalar(
        "select p.name from invoices i join parties p on p.id = i.customer_id join organizations o on o.id = i.org_id
         where i.status = 'draft' and o.code = 'demo'",
    )
    .fetch_all(&world.owner)
    .await
    .unwrap();
    assert!(told.text.contains(&format!("{} invoices.", drafts.len())), "{}", told.text);
    assert!(drafts.len() > 1 && drafts.iter().all(|name| told.text.contains(name)), "{}", told.text);
    let asked = model.asked.lock().unwrap();
    assert_eq!(asked.len(), 1);
    let tools: usize =
        asked[0].tools.iter().map(|t| (t.name.len() + t.description.len() + t.schema.to_string().len()) / 4).sum();
    assert!(tools <= 1_000 && asked[0].tools.len() >= 4, "{tools} tokens, {} tools", asked[0].tools.len());
    assert!(asked[0].system.len() / 4 < 500, "{}", asked[0].system.len() / 4);
}

#[test]
fn tools_as_models_see_them_are_small() {
    let catalogue = crate::support::catalogue();
    let entries = || catalogue.iter().filter(|entry| entry.sayable() && entry.name() != "directory.parties.tag");
    let mut sizes: Vec<(usize, usize, String)> = Vec::new();
    for entry in entries() {
        let [large, small] = [llm::LARGE, llm::SMALL].map(|tools| llm::shown(entry, tools));
        let tokens = |tool: &steward_models::Tool| {
            (tool.name.len() + tool.description.len() + tool.schema.to_string().len()) / 4
        };
        let text = large.schema.to_string();
        for odd in ["x-ref", "anyOf", "$ref", "$defs", "pattern", "maxLength", "\"null\""] {
            assert!(!text.contains(odd), "{odd} in {}: {text}", entry.name());
        }
        for key in entry.input_schema["required"].as_array().into_iter().flatten() {
            assert!(small.schema["required"].as_array().unwrap().contains(key), "{key} of {}", entry.name());
            assert!(small.schema["properties"].get(key.as_str().unwrap()).is_some(), "{key} of {}", entry.name());
        }
        sizes.push((tokens(&large), tokens(&small), entry.name().to_owned()));
    }
    let (large, small) = sizes.iter().fold((0, 0), |(a, b), (large, small, _)| (a + large, b + small));
    // on average: a model is shown those that a request may be about, not all
    let each = sizes.len();
    assert!(large < each * 180 && small < each * 120, "{each} tools: {large} and {small} tokens");
    let largest = sizes.iter().map(|(large, small, name)| (*large, *small, name)).max().unwrap();
    assert!(largest.0 < 1_100 && sizes.iter().all(|(_, small, _)| *small < 380), "{largest:?} {sizes:?}");
    let shown: Vec<_> = entries()
        .map(|entry| llm::shown(entry, llm::SMALL))
        .map(|tool| format!("{}: {} {}", tool.name, tool.description, tool.schema))
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}
