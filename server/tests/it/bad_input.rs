//! What is no request, over HTTP and at the gate: every kind of bad input has a named refusal or a documented normal
//! form (`docs/bad-input.md`), for every operation of the catalogue.

mod mutations;
mod requests;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use steward_tools::{Answer, Call, Caller, Error, Options, Plan, Result};
use uuid::Uuid;

use crate::support::{TODAY, World, catalogue};
use mutations::{Samples, odd, wrong};

/// No refusal takes longer.
const PATIENCE: Duration = Duration::from_secs(2);

async fn preview(world: &World, caller: &Caller, name: &str, arguments: Value) -> Result<Answer> {
    let call = Call { name: name.to_owned(), arguments };
    let options = Options { dry_run: true, ..Options::default() };
    let since = Instant::now();
    let answer = world.gate.submit(caller, Plan::one(call), options).await;
    assert!(since.elapsed() < PATIENCE, "{name} took {:?}", since.elapsed());
    answer
}

/// A record of each kind that references name, where the demo has one and a list shows it.
async fn samples(world: &World, caller: &Caller) -> Samples {
    let mut samples = Samples { today: TODAY.to_string(), records: Default::default() };
    for entity in world.gate.catalogue().entities() {
        let list = format!("{}.list", entity.name);
        if let Ok(Answer::Preview { result, .. }) = preview(world, caller, &list, json!({})).await {
            let rows = result["items"].as_array().unwrap().iter().take(8);
            let ids = rows.filter_map(|row| row["id"].as_str().map(str::to_owned)).collect();
            samples.records.insert(entity.name, ids);
        }
    }
    samples
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_value_of_every_field_is_refused_by_name_and_place() {
    let world = World::new().await;
    let admin = world.person("admin").await;
    let samples = samples(&world, &admin).await;
    let (mut tried, mut let_in) = (0, Vec::new());
    for entry in world.gate.catalogue().iter() {
        for (pointer, arguments) in wrong(&entry.input_schema, &samples) {
            tried += 1;
            let shown: String = arguments.to_string().chars().take(200).collect();
            match preview(&world, &admin, entry.name(), arguments).await {
                Err(Error::Refused(refusal))
                    if [
                        "invalid_input",
                        "hidden_character",
                        "date_out_of_range",
                        "imprecise_number",
                        "unknown_custom_field",
                    ]
                    .contains(&refusal.code.as_str())
                        && refusal.errors.iter().any(|error| error.pointer.starts_with(&pointer))
                        && refusal.fix.is_some() => {}
                other => let_in.push(format!("{} {pointer} {shown}: {other:?}", entry.name())),
            }
        }
    }
    assert!(let_in.is_empty(), "{} of {tried}:\n{}", let_in.len(), let_in.join("\n"));
    assert!(tried > 1_000, "{tried}");
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_values_that_fit_are_answered_or_refused_and_break_nothing() {
    let world = World::new().await;
    let admin = world.person("admin").await;
    let samples = samples(&world, &admin).await;
    let (mut tried, mut broken) = (0, Vec::new());
    for entry in world.gate.catalogue().iter() {
        for arguments in odd(&entry.input_schema, &samples) {
            tried += 1;
            let shown: String = arguments.to_string().chars().take(200).collect();
            if let Err(error @ (Error::Database(_) | Error::Internal(_))) =
                preview(&world, &admin, entry.name(), arguments).await
            {
                broken.push(format!("{} {shown}: {error}", entry.name()));
            }
        }
    }
    assert!(broken.is_empty(), "{} of {tried}:\n{}", broken.len(), broken.join("\n"));
    assert!(tried > 200, "{tried}");
}

/// What records hold and no caller sets: a field of such a name is refused unless the operation says that it has it.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_assigns_what_is_not_theirs() {
    let world = World::new().await;
    let admin = world.person("admin").await;
    let samples = samples(&world, &admin).await;
    let foreign = [
        "org_id",
        "status",
        "version",
        "created_by",
        "created_at",
        "id",
        "number",
        "posted_at",
        "role",
        "roles",
        "$result",
        "__proto__",
    ];
    for entry in world.gate.catalogue().iter() {
        for key in foreign.into_iter().filter(|key| !entry.takes(key)) {
            let mut arguments = samples.of(&entry.input_schema);
            arguments[key] = json!("x");
            let error = preview(&world, &admin, entry.name(), arguments).await.unwrap_err();
            let code = error.refusal().map(|refusal| refusal.code.clone()).unwrap_or_default();
            let wanted = if key == "$result" { "bad_result_reference" } else { "invalid_input" };
            assert_eq!(code, wanted, "{} with {key}: {error}", entry.name());
        }
    }
}

/// Closed objects, and no text, list or number without an end: for operations that are still to come too.
#[test]
fn every_input_is_closed_and_bounded() {
    fn bounded(at: &str, schema: &Value) {
        let has = |keys: &[&str]| keys.iter().any(|key| schema.get(*key).is_some());
        match schema["type"].as_str() {
            // what an administrator has defined is checked by its own definitions
            Some("object") if has(&["x-custom"]) => {}
            Some("object") => {
                match &schema["additionalProperties"] {
                    Value::Object(_) => bounded(&format!("{at}/*"), &schema["additionalProperties"]),
                    other => assert_eq!(*other, false, "{at} takes what it does not know"),
                }
                for (key, of) in schema["properties"].as_object().into_iter().flatten() {
                    bounded(&format!("{at}/{key}"), of);
                }
            }
            Some("array") => {
                assert!(has(&["maxItems"]), "{at}");
                bounded(&format!("{at}/0"), &schema["items"]);
            }
            Some("string") => {
                assert!(has(&["maxLength", "enum", "const", "format", "pattern", "contentEncoding"]), "{at}")
            }
            Some("integer") => assert!(has(&["minimum"]) && has(&["maximum"]), "{at}"),
            Some("boolean") => {}
            other => panic!("{at} is {other:?}"),
        }
    }
    catalogue().iter().for_each(|entry| bounded(entry.name(), &entry.input_schema));
}

fn plan(calls: &[(&str, Value)]) -> Plan {
    Plan::of(
        calls.iter().map(|(name, arguments)| Call { name: (*name).to_owned(), arguments: arguments.clone() }).collect(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn references_of_a_plan_are_checked_before_anything_runs() {
    let world = World::new().await;
    let caller = world.person("accountant").await;
    let party = json!({"name": "Neu GmbH", "kinds": ["customer"]});
    let line = json!({"description": "x", "quantity": 1, "unit_price": 1});
    let mut told = String::new();
    for (customer, quantity) in [
        (json!({"$result": [0, "/id"]}), json!(1)),
        (json!({"$result": [0, "/name"]}), json!(1)),
        (json!({"$result": [1, "/id"]}), json!(1)),
        (json!({"$result": [7, "/id"]}), json!(1)),
        (json!({"$result": [0, "/nothing"]}), json!(1)),
        (json!({"$result": [0, "/kinds"]}), json!(1)),
        (json!({"$result": [0, ""]}), json!(1)),
        (json!({"$result": [0, "/kinds/0"]}), json!({"$result": [0, "/version"]})),
        (json!({"$result": [0, "/id"]}), json!({"$result": [0, "/kinds"]})),
        (json!({"$result": [0, "id"]}), json!(1)),
        (json!({"$result": [-1, "/id"]}), json!(1)),
        (json!({"$result": {"$result": [0, "/id"]}}), json!(1)),
        (json!({"$result": [0, "/id"], "more": 1}), json!(1)),
        (json!({"$result": [0, "/id/".repeat(2_000)]}), json!(1)),
    ] {
        let mut line = line.clone();
        line["quantity"] = quantity.clone();
        let calls = [
            ("directory.parties.create", party.clone()),
            ("accounting.invoices.create", json!({"customer": customer, "lines": [line]})),
        ];
        let (text, quantity) = (customer.to_string(), quantity.to_string());
        let shown: String = text.chars().take(60).collect();
        match world.gate.submit(&caller, plan(&calls), Options { dry_run: true, ..Options::default() }).await {
            Ok(_) => told.push_str(&format!("{shown} {quantity}: fits\n")),
            Err(error) => {
                let refusal = error.refusal().unwrap();
                let at: Vec<&str> = refusal.errors.iter().map(|error| error.pointer.as_str()).collect();
                let detail: String = refusal.detail.chars().take(160).collect();
                told.push_str(&format!(
                    "{shown} {quantity}: {} at step {:?} {at:?}: {detail}\n",
                    refusal.code, refusal.step
                ));
            }
        }
    }
    insta::assert_snapshot!(told);
    let stray = [
        ("directory.parties.create", party),
        ("directory.parties.get", json!({"id": {"$result": [0, "/id"]}, "x": {"$result": [0, "/id"]}})),
    ];
    let error = world.gate.submit(&caller, plan(&stray), Options::default()).await.unwrap_err();
    assert_eq!(error.refusal().unwrap().code, "bad_result_reference", "{error}");
    let many = vec![("directory.parties.list", json!({})); 101];
    let error = world.gate.submit(&caller, plan(&many), Options::default()).await.unwrap_err();
    assert_eq!(error.refusal().unwrap().errors[0].pointer, "/calls", "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_opens_the_list_that_it_was_given_with() {
    let world = World::new().await;
    let admin = world.person("admin").await;
    let mut cursors = Vec::new();
    for entry in world.gate.catalogue().iter().filter(|entry| entry.takes("cursor") && entry.takes("limit")) {
        if let Ok(Answer::Preview { result, .. }) = preview(&world, &admin, entry.name(), json!({"limit": 1})).await
            && let Some(cursor) = result["next_cursor"].as_str()
        {
            cursors.push((entry.name(), cursor.to_owned()));
        }
    }
    assert!(cursors.len() >= 3, "{cursors:?}");
    let refused = async |name: &str, arguments: Value| match preview(&world, &admin, name, arguments).await {
        Ok(_) => String::new(),
        Err(error) => error.refusal().map(|refusal| refusal.code.clone()).unwrap_or_else(|| error.to_string()),
    };
    for (name, cursor) in &cursors {
        assert_eq!(refused(name, json!({"limit": 2, "cursor": cursor})).await, "", "{name}: its own");
        for (other, _) in cursors.iter().filter(|(other, _)| other != name) {
            assert_eq!(refused(other, json!({"cursor": cursor})).await, "invalid_cursor", "{name} → {other}");
        }
        let broken = &cursor[..cursor.len() - 2];
        for forged in ["", "0", "zz", "7b7d", broken, &"00".repeat(1_000), &Uuid::nil().to_string()] {
            assert_eq!(refused(name, json!({"cursor": forged})).await, "invalid_cursor", "{name}: {forged}");
        }
    }
    let of = |name: &str| cursors.iter().find(|(own, _)| *own == name).map(|(_, cursor)| cursor.clone()).unwrap();
    let invoices = of("accounting.invoices.list");
    for other in [json!({"sort": "amount"}), json!({"status": "draft"}), json!({"q": "x"})] {
        let mut arguments = other.clone();
        arguments["cursor"] = json!(invoices);
        assert_eq!(refused("accounting.invoices.list", arguments).await, "invalid_cursor", "{other}");
    }
}
