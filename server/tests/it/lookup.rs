//! Records found while somebody types: what is found, in which order, by whom, and by what nobody is found.

use insta::assert_snapshot;
use serde_json::json;
use steward_tools::{Caller, Lookup};

use crate::comments::run;
use crate::http::{Server, body, refused};
use crate::support::World;

async fn look(world: &World, who: &Caller, q: &str, entity: Option<&str>) -> String {
    let lookup = Lookup { q: q.to_owned(), entity: entity.map(str::to_owned), limit: Some(5) };
    match world.gate.records(who, &lookup).await {
        Ok(found) => {
            let lines = found.iter().map(|found| format!("{}: {}", found.noun, found.label));
            lines.collect::<Vec<_>>().join(" · ")
        }
        Err(error) => format!("refused: {}", error.refusal().unwrap_or_else(|| panic!("{error}")).code),
    }
}

async fn told(world: &World, asked: &[(&str, &str, &str)]) -> String {
    let mut told = String::new();
    for (who, q, entity) in asked {
        let caller = world.person(who).await;
        let found = look(world, &caller, q, Some(*entity).filter(|entity| !entity.is_empty())).await;
        told += &format!("{who} \"{q}\" {entity}\n    {found}\n");
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_finds_the_nearest_first() {
    let world = World::new().await;
    let told = told(
        &world,
        &[
            ("accountant", "glob", "directory.parties"),
            ("accountant", "indust", "directory.parties"),
            ("accountant", "GLOBEX industries se", "directory.parties"),
            ("accountant", "p-00010", "directory.parties"),
            ("accountant", "10", "directory.parties"),
            ("accountant", "globxe", "directory.parties"),
            ("accountant", "", "directory.parties"),
            ("accountant", "", "accounting.tax_codes"),
            ("accountant", "11", "accounting.accounts"),
            ("accountant", "receiv", "accounting.accounts"),
            ("accountant", "inv-20", "accounting.invoices"),
            ("accountant", "3", "accounting.invoices"),
            ("accountant", "globex", "accounting.invoices"),
            ("accountant", "", "accounting.payments"),
            ("accountant", "je-2026-0000", "accounting.entries"),
            ("accountant", "glob", ""),
            ("admin", "account", "directory.users"),
        ],
    )
    .await;
    assert_snapshot!(told);
}

/// Kinds of record are found by those who have some use for them, and of them the rows that they meet.
#[tokio::test(flavor = "multi_thread")]
async fn people_find_what_they_may_use() {
    let world = World::new().await;
    let told = told(
        &world,
        &[
            ("staff", "glob", ""),
            ("staff", "inv", "accounting.invoices"),
            ("staff", "", "accounting.accounts"),
            ("vendor", "", ""),
            ("vendor", "", "directory.parties"),
            ("vendor", "glob", ""),
            ("vendor", "inv-2", "accounting.invoices"),
            ("vendor", "a", "accounting.invoices"),
            ("admin@rival.example", "glob", ""),
            ("admin@rival.example", "demo", "directory.organizations"),
            ("admin@rival.example", "inv-", "accounting.invoices"),
            ("accountant", "x", "accounting.unicorns"),
        ],
    )
    .await;
    assert_snapshot!(told);
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_texts_mean_only_themselves() {
    let world = World::new().await;
    let long = "x".repeat(201);
    let told = told(
        &world,
        &[
            ("accountant", "%", ""),
            ("accountant", "___", ""),
            ("accountant", "INV%2026", ""),
            ("accountant", "\\", ""),
            ("accountant", "'; drop table parties; --", ""),
            ("accountant", "\u{fb01}x \u{1f600} ß", ""),
            ("accountant", "  GLOBEX  ", "directory.parties"),
            ("accountant", "a\u{0}b", ""),
            ("accountant", "a\u{202e}b", ""),
        ],
    )
    .await;
    assert_snapshot!(told);
    let accountant = world.person("accountant").await;
    assert_eq!(look(&world, &accountant, &long, None).await, "refused: invalid_input");
    assert_eq!(look(&world, &accountant, &long[1..], None).await, "");
}

/// What is behind a mask is not found by those who see behind it either: nobody learns of it by looking.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_found_by_what_is_masked() {
    let world = World::new().await;
    let controller = world.person("controller").await;
    let hidden: Vec<String> = sqlx::query_scalar(
        "select iban from party_bank_accounts where iban is not null union all select value from party_tax_ids",
    )
    .fetch_all(&world.owner)
    .await
    .unwrap();
    assert!(hidden.len() > 2, "{hidden:?}");
    for hidden in hidden {
        assert_eq!(look(&world, &controller, &hidden, None).await, "", "{hidden}");
        assert_eq!(look(&world, &controller, &hidden[2..], None).await, "", "{hidden}");
    }
}

/// An archived party stands behind those in use, and is not offered where nothing was typed.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_archived_comes_last() {
    let world = World::new().await;
    let accountant = world.person("accountant").await;
    for name in ["Aardvark Alpha", "Aardvark Beta"] {
        let party = json!({"name": name, "kinds": ["customer"]});
        run(&world, &accountant, "directory.parties.create", party).await.unwrap();
    }
    run(&world, &accountant, "directory.parties.archive", json!({"id": "Aardvark Alpha"})).await.unwrap();
    let parties = Some("directory.parties");
    let found = look(&world, &accountant, "aardvark", parties).await;
    let (beta, alpha) = (found.find("Beta").unwrap(), found.find("Alpha (archived)").unwrap());
    assert!(beta < alpha, "{found}");
    assert!(!look(&world, &accountant, "", parties).await.contains("Alpha"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_is_written_down_like_every_read() {
    let world = World::new().await;
    let (accountant, admin) = (world.person("accountant").await, world.person("admin").await);
    look(&world, &accountant, "globex", Some("directory.parties")).await;
    world.gate.flush().await;
    let asked = json!({"operation": "records", "actor": accountant.principal.email});
    let (page, _) = run(&world, &admin, "audit.accesses.list", asked).await.unwrap();
    let row = &page["items"][0];
    assert_eq!(row["input"], json!({"q": "globex", "entity": "directory.parties"}));
    assert!(!row["records"].as_array().unwrap().is_empty());
}

/// Whose rights were taken away finds nothing by what they could see before.
#[tokio::test(flavor = "multi_thread")]
async fn rights_that_end_end_the_search() {
    let world = World::new().await;
    let (accountant, admin) = (world.person("accountant").await, world.person("admin").await);
    assert!(!look(&world, &accountant, "inv-", Some("accounting.invoices")).await.is_empty());
    let change = json!({"id": accountant.principal.email, "roles": ["staff"]});
    run(&world, &admin, "directory.users.update", change).await.unwrap();
    assert_eq!(look(&world, &accountant, "inv-", Some("accounting.invoices")).await, "refused: forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picker_asks_over_http() {
    let server = Server::start().await;
    let token = server.token("accountant").await;
    let found = body(server.get("/api/v1/records?q=glob&entity=directory.parties&limit=3", &token).await).await;
    assert_eq!(found["next_cursor"], json!(null));
    let first = &found["items"][0];
    assert_eq!((&first["type"], &first["noun"]), (&json!("directory.parties"), &json!("party")));
    assert_eq!(first["label"], "P-00005 Globex Industries SE");
    let party = server.get(&format!("/api/v1/directory/parties/{}", first["id"].as_str().unwrap()), &token).await;
    assert_eq!(body(party).await["name"], "Globex Industries SE");
    assert_eq!(
        refused(server.get("/api/v1/records?limit=many", &token).await).await,
        (422, "invalid_input".to_owned())
    );
    assert_eq!(refused(server.get("/api/v1/records?quarry=x", &token).await).await, (422, "invalid_input".to_owned()));
    assert_eq!(refused(server.get("/api/v1/records", "nobody").await).await, (401, "unauthenticated".to_owned()));
    let tools = body(server.get("/api/v1/tools", &token).await).await;
    let tool = |name: &str| tools.as_array().unwrap().iter().find(|tool| tool["name"] == name).unwrap().clone();
    assert_eq!(tool("accounting.invoices.create")["noun"], "invoice");
    assert_eq!(tool("accounting.reports.trial_balance").get("noun"), None);
    let row = &tool("accounting.invoices.list")["output_schema"]["properties"]["items"]["items"]["properties"];
    assert_eq!(row["customer"]["x-ref"], "directory.parties");
    assert_eq!(row["status"]["enum"][0], "draft");
    assert_eq!(row["totals"]["properties"]["open"]["x-money"], true);
}
