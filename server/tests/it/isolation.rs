//! Nobody meets another organisation's rows, and outsiders only their own.

use serde_json::{Value, json};
use steward_tools::{Answer, Call, Caller, Options, Plan};
use uuid::Uuid;

use crate::support::World;

async fn answer(world: &World, caller: &Caller, name: &str, arguments: Value) -> Result<Value, String> {
    let plan = Plan::one(Call { name: name.into(), arguments });
    match world.gate.submit(caller, plan, Options { dry_run: false, ..Options::default() }).await {
        Ok(Answer::Done { result, .. }) => Ok(result),
        Ok(other) => Err(format!("{other:?}")),
        Err(error) => Err(serde_json::to_string(error.refusal().unwrap_or_else(|| panic!("{error}"))).unwrap()),
    }
}

/// Everything in the catalogue that names a record by `id`, asked with a foreign id and with one that is nowhere.
#[tokio::test(flavor = "multi_thread")]
async fn foreign_and_absent_ids_answer_alike() {
    let world = World::new().await;
    let rival = world.person("admin@rival.example").await;
    let ids = "select id from parties union all select id from invoices union all select id from payments union all select id from calls";
    let sql = format!(
        "select id from ({ids}) x where id in (select record_id from changes c join organizations o on o.id = c.org_id where o.code = 'demo') or id in (select c.id from calls c join organizations o on o.id = c.org_id where o.code = 'demo') order by random() limit 40"
    );
    let foreign: Vec<Uuid> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(&world.owner).await.unwrap();
    assert!(foreign.len() > 20);
    let mut asked = 0;
    for entry in world.gate.catalogue().iter().filter(|entry| entry.takes("id")) {
        for id in &foreign {
            let nowhere = Uuid::now_v7();
            let with = |id: &Uuid| {
                let mut arguments = json!({ "id": id });
                for field in entry.input_schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                    match field {
                        "text" => arguments["text"] = json!("words"),
                        "reason" => arguments["reason"] = json!("because"),
                        "tags" => arguments["tags"] = json!(["x"]),
                        "valid_from" => arguments["valid_from"] = json!("2030-01-01"),
                        _ => {}
                    }
                }
                arguments
            };
            let a = answer(&world, &rival, entry.name(), with(id)).await.unwrap_err();
            let b = answer(&world, &rival, entry.name(), with(&nowhere)).await.unwrap_err();
            assert_eq!(a.replace(&id.to_string(), "ID"), b.replace(&nowhere.to_string(), "ID"), "{}", entry.name());
            assert!(a.contains("not_found"), "{}: {a}", entry.name());
            asked += 1;
        }
    }
    assert!(asked > 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_sees_itself_and_its_invoices() {
    let world = World::new().await;
    let vendor = world.person("vendor").await;
    let parties = answer(&world, &vendor, "directory.parties.list", json!({})).await.unwrap();
    let names: Vec<&str> = parties["items"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Brightline Supplies Ltd"]);
    let invoices = answer(&world, &vendor, "accounting.invoices.list", json!({"total": true})).await.unwrap();
    let rows = invoices["items"].as_array().unwrap();
    assert!(rows.len() >= 3);
    assert!(rows.iter().all(|row| row["customer"]["name"] == "Brightline Supplies Ltd"));
    assert_eq!(invoices["total"], json!(rows.len()));
    assert!(
        answer(&world, &vendor, "directory.parties.get", json!({"id": "Globex Industries SE"}))
            .await
            .unwrap_err()
            .contains("unresolved")
    );
    assert!(
        answer(&world, &vendor, "accounting.reports.aged_receivables", json!({}))
            .await
            .unwrap_err()
            .contains("forbidden")
    );
    let one = answer(&world, &vendor, "accounting.invoices.get", json!({"id": rows[0]["id"]})).await.unwrap();
    assert!(!one["lines"].as_array().unwrap().is_empty());
}

/// Row-level security as the application role, without the gate: unset means nothing.
#[tokio::test(flavor = "multi_thread")]
async fn without_an_organisation_there_are_no_rows() {
    let world = World::new().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'public' and c.relkind = 'r' and has_table_privilege('steward_app', c.oid, 'select')",
    )
    .fetch_all(&world.app)
    .await
    .unwrap();
    assert!(tables.len() > 10);
    for table in tables {
        let sql = format!("select count(*) from {table}");
        let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&world.app).await.unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}
