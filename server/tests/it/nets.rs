//! Nets that iterate the catalogue and the database, and the golden files of what is derived.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use insta::{assert_json_snapshot, assert_snapshot};
use serde_json::{Value, json};
use sqlx::PgConnection;
use steward_server::compose;
use steward_tools::Surface;

use crate::support::{World, catalogue};

#[test]
fn every_operation_and_field_is_described() {
    for entry in catalogue().iter() {
        let first = entry.description.split("\n\n").next().unwrap_or_default();
        assert!(!first.is_empty() && first.chars().count() <= 280, "{}: {first}", entry.name());
        assert!(entry.tool.len() <= 64, "{}", entry.tool);
        described(entry.name(), &entry.input_schema);
    }
}

fn described(at: &str, schema: &Value) {
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let at = format!("{at}/{name}");
        assert!(field["description"].as_str().is_some_and(|text| text.len() > 5), "{at} has no description");
        assert!(field.get("$ref").is_none() && field.get("anyOf").is_none(), "{at} is not inlined");
        described(&at, field);
        described(&at, &field["items"]);
    }
}

#[test]
fn every_reference_names_an_entity() {
    fn refs(schema: &Value, found: &mut BTreeSet<String>) {
        match schema {
            Value::Object(fields) => {
                found.extend(fields.get("x-ref").and_then(Value::as_str).map(str::to_owned));
                fields.values().for_each(|value| refs(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| refs(value, found)),
            _ => {}
        }
    }
    let catalogue = catalogue();
    let mut found = BTreeSet::new();
    for entry in catalogue.iter() {
        refs(&entry.input_schema, &mut found);
        refs(&entry.output_schema, &mut found);
    }
    assert!(found.len() >= 4);
    // a record of whatever kind
    assert!(found.remove("*"));
    for name in found {
        assert!(catalogue.entity(&name).is_some(), "{name}");
    }
}

/// Who may do what, approvals aside: the review of every change to policies and operations.
#[tokio::test(flavor = "multi_thread")]
async fn role_by_operation_matrix() {
    let world = World::new().await;
    let roles: Vec<String> = world.gate.policies().roles().into_iter().collect();
    let mut matrix = format!("{:<40} {}\n", "", roles.join(" "));
    for entry in world.gate.catalogue().iter() {
        let mut granted = 0;
        let _ = write!(matrix, "{:<40}", entry.name());
        for role in &roles {
            let may = world.gate.may(std::slice::from_ref(role), entry.name(), Surface::Rest).unwrap();
            granted += i32::from(may);
            let _ = write!(matrix, " {:^width$}", if may { "x" } else { "." }, width = role.len());
        }
        let _ = writeln!(matrix, "  {}", entry.groups()[0]);
        assert!(granted > 0, "nobody may use {}", entry.name());
    }
    assert_snapshot!(matrix);
}

#[test]
fn tool_list() {
    let catalogue = compose::catalogue().unwrap();
    let tools: Vec<Value> = catalogue
        .iter()
        .map(|entry| json!({"name": entry.name(), "effect": entry.op.effect(), "title": entry.title, "input": entry.input_schema}))
        .collect();
    assert_json_snapshot!(tools);
}

#[test]
fn the_guide_teaches_the_very_operation_that_is_tested() {
    let guide = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/extend.md")).unwrap();
    assert!(
        guide.contains(include_str!("tag.rs").trim()),
        "the walk-through of docs/extend.md and tests/it/tag.rs differ"
    );
}

/// Tables that hold no business of an organisation, or are written by the owner or the gate only, with the reason.
const UNCAPTURED: [(&str, &str); 17] = [
    ("_sqlx_migrations", "the schema's own history"),
    ("sessions", "who is signed in; what they do is in calls"),
    ("refresh_tokens", "belong to sessions"),
    ("sign_in_links", "secrets for once; what makes and uses them is in calls"),
    ("api_key_uses", "when keys were last used"),
    ("account_balances", "derived: the sums of entry_lines"),
    ("open_items", "derived: documents less their allocations"),
    ("calls", "is the record"),
    ("changes", "is the record"),
    ("attempts", "is the record"),
    ("approvals", "the gate's own; decisions are kept in it"),
    ("approval_comments", "the gate's own, beside the approval"),
    ("accesses", "is the record of reads"),
    ("idempotency", "the gate's own, kept for days"),
    ("number_series", "counters; the documents bear the numbers"),
    ("conversations", "what was said; what was done is in calls"),
    ("messages", "what was said; what was done is in calls"),
];

/// Which tables lack which guard; `tests/it/campaign/sabotage.rs` takes each guard away and looks here.
pub async fn unguarded(connection: &mut PgConnection) -> Vec<String> {
    let tables: Vec<(String, bool, bool, i64, i64)> = sqlx::query_as(
        "select c.relname::text, c.relrowsecurity and c.relforcerowsecurity, has_table_privilege('steward_app', c.oid, 'truncate'),
             (select count(*) from pg_trigger t where t.tgrelid = c.oid and t.tgname like 'captured_%' and t.tgenabled = 'O'),
             (select count(*) from pg_policy p where p.polrelid = c.oid and p.polpermissive and p.polroles && array[0, 'steward_app'::regrole::oid]
                 and coalesce(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) not like '(%org_id = ( SELECT current_org()%')
         from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')",
    )
    .fetch_all(connection)
    .await
    .unwrap();
    let mut lacks = Vec::new();
    for (table, forced, truncatable, captures, doors) in tables {
        let exempt = UNCAPTURED.iter().any(|(name, _)| *name == table);
        let mut lack = |missing: bool, what: &str| missing.then(|| lacks.push(format!("{table} {what}")));
        lack(!forced && table != "_sqlx_migrations", "is not under forced row-level security");
        lack(truncatable, "can be truncated by the application");
        lack(captures != if exempt { 0 } else { 3 }, "and its capture triggers");
        lack(doors > 0, "has a policy that forgets the organisation");
    }
    lacks
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_is_protected_and_captured() {
    let world = World::new().await;
    let mut connection = world.owner.acquire().await.unwrap();
    assert_eq!(unguarded(&mut connection).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_application_owns_nothing_and_definer_functions_are_known() {
    let world = World::new().await;
    let owned: i64 = sqlx::query_scalar("select count(*) from pg_class where relowner = 'steward_app'::regrole")
        .fetch_one(&world.owner)
        .await
        .unwrap();
    let strong: bool = sqlx::query_scalar(
        "select rolsuper or rolbypassrls or rolcreatedb or rolcreaterole from pg_roles where rolname = 'steward_app'",
    )
    .fetch_one(&world.owner)
    .await
    .unwrap();
    assert!(owned == 0 && !strong);
    let definers: Vec<(String, String, bool)> = sqlx::query_as(
        "select proname::text, pg_get_userbyid(proowner)::text, coalesce(array_to_string(proconfig, ',') like 'search_path=%', false)
         from pg_proc where prosecdef and pronamespace = 'public'::regnamespace order by 1",
    )
    .fetch_all(&world.owner)
    .await
    .unwrap();
    assert!(definers.iter().all(|(_, _, path)| *path), "{definers:?}");
    let listed: Vec<String> = definers.iter().map(|(name, owner, _)| format!("{name} ({owner})")).collect();
    assert_snapshot!(listed.join("\n"));
}

#[test]
fn crates_know_only_whom_the_graph_lets_them_know() {
    let allowed: &[(&str, &[&str])] = &[
        ("steward-policies", &[]),
        ("steward-tools", &["policies"]),
        ("steward-common", &["tools"]),
        ("steward-audit", &["common", "tools"]),
        ("steward-directory", &["common", "tools"]),
        ("steward-accounting", &["common", "directory", "tools"]),
        ("steward-engines", &[]),
        ("steward-models", &[]),
        ("steward-agent", &["tools", "models"]),
        ("steward-surfaces", &["tools", "agent"]),
        // it reaches the product from outside alone
        ("steward-evals", &[]),
    ];
    let output = std::process::Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
            "--manifest-path",
            concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"),
        ])
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        let Some((_, may)) = allowed.iter().find(|(crate_name, _)| *crate_name == name) else {
            // the server composes; the benchmark looks at it from above, and nobody knows it
            assert!(["steward-server", "steward-bench"].contains(&name), "{name} is not in the graph");
            continue;
        };
        for dependency in package["dependencies"].as_array().unwrap() {
            let Some(room) = dependency["name"].as_str().unwrap().strip_prefix("steward-") else { continue };
            // the planner's tests try it on the real catalogue (docs/adr/0002)
            let in_tests = dependency["kind"] == "dev" && name == "steward-agent";
            assert!(may.contains(&room) || in_tests, "{name} → {room} is not an edge of the graph");
        }
    }
}
