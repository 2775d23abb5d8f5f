//! Reading the record: the activity of a record, what was refused, and who read what.

use insta::assert_snapshot;
use serde_json::{Value, json};
use steward_tools::{Answer, Call, Caller, Error, Options, Plan};

use crate::check::check;
use crate::support::World;

async fn read(world: &World, caller: &Caller, name: &str, arguments: Value) -> Result<Vec<Value>, Error> {
    let plan = Plan::one(Call { name: name.to_owned(), arguments });
    match world.gate.submit(caller, plan, Options::default()).await? {
        Answer::Done { result, .. } => Ok(result["items"].as_array().unwrap().clone()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_activity_of_a_record_says_who_changed_what_from_what_to_what() {
    let world = World::new().await;
    let told = check(
        &world,
        "sales: P = directory.parties.create {name: Aktenkundig KG, kinds: [customer], phone: '1'}
         accountant: directory.parties.update {id: P, version: 1, phone: '2'}
         D = accounting.invoices.create {customer: Aktenkundig KG, lines: [{description: Desk, quantity: 2, unit_price: 10}]}
         controller: accounting.invoices.post {id: D}",
    )
    .await;
    assert!(!told.contains("refused"), "{told}");
    let accountant = world.person("accountant").await;
    let mut lines = String::new();
    for record in ["Aktenkundig KG", "INV"] {
        let number = match record {
            "INV" => {
                let newest = json!({"sort": "-date", "q": "Aktenkundig"});
                let rows = read(&world, &accountant, "accounting.invoices.list", newest).await.unwrap();
                rows[0]["number"].as_str().unwrap().to_owned()
            }
            name => name.to_owned(),
        };
        for row in read(&world, &accountant, "audit.changes.list", json!({"record": number})).await.unwrap() {
            let changed = |column: &Value| {
                let shown = |side: &str| column.get(side).map_or_else(|| "-".to_owned(), Value::to_string);
                format!("{} {} → {}", column["column"].as_str().unwrap(), shown("before"), shown("after"))
            };
            let columns: Vec<String> = row["columns"].as_array().unwrap().iter().map(changed).collect();
            let few: Vec<&String> = columns
                .iter()
                .filter(|column| {
                    ["phone", "version", "status", "description", "name "].iter().any(|n| column.starts_with(n))
                })
                .collect();
            let (who, what) = (&row["actor"]["email"], &row["call"]["operation"]);
            lines.push_str(&format!("{who} {what} {} {}: {few:?}\n", row["op"], row["table"]));
        }
    }
    assert_snapshot!(lines);
    let page = |from: &str| json!({"record": "Aktenkundig KG", "from": from});
    assert_eq!(read(&world, &accountant, "audit.changes.list", page("2026-03-17")).await.unwrap().len(), 0);
    assert!(read(&world, &accountant, "audit.changes.list", page("2026-03-16")).await.unwrap().len() >= 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_activity_turns_its_pages() {
    let world = World::new().await;
    let accountant = world.person("accountant").await;
    let invoices =
        read(&world, &accountant, "accounting.invoices.list", json!({"status": "paid", "limit": 1})).await.unwrap();
    let whole = read(&world, &accountant, "audit.changes.list", json!({"record": invoices[0]["id"]})).await.unwrap();
    let (mut seen, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let arguments = json!({"record": invoices[0]["id"], "limit": 1, "cursor": cursor});
        let plan = Plan::one(Call { name: "audit.changes.list".into(), arguments });
        let Ok(Answer::Done { result, .. }) = world.gate.submit(&accountant, plan, Options::default()).await else {
            panic!("a page is missing")
        };
        seen.extend(result["items"].as_array().unwrap().iter().cloned());
        cursor = result["next_cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert!(whole.len() > 1);
    assert_eq!(seen, whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_tries_are_for_those_who_answer_for_them() {
    let world = World::new().await;
    let told = check(
        &world,
        "staff: directory.parties.create {name: Unerlaubt GmbH, kinds: [customer]}
         sales: directory.parties.create {name: Verkehrt GmbH, kinds: [nonsense]}",
    )
    .await;
    assert_eq!(told.matches("refused").count(), 2, "{told}");
    let controller = world.person("controller").await;
    let tries = async |arguments: Value| read(&world, &controller, "audit.attempts.list", arguments).await.unwrap();
    let forbidden = tries(json!({"code": "forbidden", "actor": "Staff@demo.example"})).await;
    assert_eq!(forbidden.len(), 1);
    assert_eq!(forbidden[0]["operations"], json!(["directory.parties.create"]));
    assert_eq!(forbidden[0]["input"][0]["arguments"]["name"], "Unerlaubt GmbH");
    assert_eq!(
        tries(json!({"operation": "directory.parties.create", "from": "2026-03-16", "to": "2026-03-16"})).await.len(),
        2
    );
    assert_eq!(tries(json!({"to": "2026-03-15", "code": "forbidden"})).await.len(), 0);
    for (who, name) in
        [("accountant", "audit.attempts.list"), ("accountant", "audit.accesses.list"), ("staff", "audit.changes.list")]
    {
        let error = read(&world, &world.person(who).await, name, json!({"record": "x"})).await.unwrap_err();
        assert_eq!(error.refusal().unwrap().code, "forbidden", "{who} {name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_are_found_by_record_and_by_person() {
    let world = World::new().await;
    let (staff, controller) = (world.person("staff").await, world.person("controller").await);
    let parties = read(&world, &staff, "directory.parties.list", json!({"limit": 2})).await.unwrap();
    let show = Plan::one(Call { name: "directory.parties.get".into(), arguments: json!({"id": parties[0]["id"]}) });
    world.gate.submit(&staff, show, Options::default()).await.unwrap();
    world.gate.flush().await;
    let arguments = json!({"record": parties[0]["id"], "actor": "staff@demo.example"});
    let reads = read(&world, &controller, "audit.accesses.list", arguments).await.unwrap();
    let operations: Vec<&str> = reads.iter().map(|row| row["operation"].as_str().unwrap()).collect();
    assert_eq!(operations, ["directory.parties.get", "directory.parties.list"]);
    let other = json!({"record": parties[1]["id"], "operation": "directory.parties.get"});
    assert_eq!(read(&world, &controller, "audit.accesses.list", other).await.unwrap().len(), 0);
}
