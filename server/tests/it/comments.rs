//! Comments on records of any kind: whoever may open the record reads and writes them, and nobody else.

use insta::assert_snapshot;
use serde_json::{Value, json};
use steward_tools::{Answer, Call, Caller, Options, Plan, UndoTarget};
use uuid::Uuid;

use crate::check::check;
use crate::support::World;

/// What an operation answers, and its call; or the code of the refusal.
pub async fn run(world: &World, who: &Caller, name: &str, arguments: Value) -> Result<(Value, Option<Uuid>), String> {
    let call = Call { name: name.into(), arguments };
    match world.gate.submit(who, Plan::one(call), Options::default()).await {
        Ok(Answer::Done { result, call_id, .. }) => Ok((result, call_id)),
        Ok(other) => panic!("{name}: {other:?}"),
        Err(error) => Err(error.refusal().unwrap_or_else(|| panic!("{name}: {error}")).code.clone()),
    }
}

async fn texts(world: &World, who: &Caller, record: &str) -> Vec<String> {
    let (page, _) = run(world, who, "directory.comments.list", json!({"record": record})).await.unwrap();
    page["items"].as_array().unwrap().iter().map(|row| row["text"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn colleagues_comment_on_what_they_may_open() {
    let world = World::new().await;
    let told = check(
        &world,
        r#"
        staff: C1 = directory.comments.create {record: P-00010, text: "  Pays late, always calls back.  "}
        sales: directory.comments.create {record: Globex Industries SE, text: "Wants a quote in April"}
        sales: directory.comments.create {record: Globex Industrie, text: "misspelt"}
        sales: directory.comments.list {record: Globex Industries SE}
        staff: directory.comments.update {id: C1, text: "Pays on time now."}
        sales: directory.comments.update {id: C1, text: "I never said that."}
        admin: directory.comments.update {id: C1, text: "Nor may I rewrite it."}
        sales: directory.comments.delete {id: C1}
        staff: directory.comments.create {record: P-00010, text: "   "}
        admin: directory.comments.delete {id: C1}
        staff: directory.comments.restore {id: C1}
        admin: directory.comments.restore {id: C1}
        staff: directory.comments.delete {id: C1}
        staff: directory.comments.restore {id: C1}
        staff: directory.comments.create {record: 019d0000-0000-7000-8000-000000000000, text: "nowhere"}
        "#,
    )
    .await;
    assert_snapshot!(told);
}

/// Row-level security lets everybody inside meet an invoice's row, but only those whom the policies let open invoices
/// read what is said about one.
#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_open_a_record_reads_no_comments_on_it() {
    let world = World::new().await;
    let (accountant, staff) = (world.person("accountant").await, world.person("staff").await);
    let (invoices, _) = run(&world, &accountant, "accounting.invoices.list", json!({"limit": 1})).await.unwrap();
    let invoice = invoices["items"][0]["id"].as_str().unwrap();
    let say = json!({"record": invoice, "text": "disputed"});
    let (comment, _) = run(&world, &accountant, "directory.comments.create", say.clone()).await.unwrap();
    assert_eq!(comment["record"]["type"], "accounting.invoices");
    let nowhere = json!({"record": Uuid::now_v7(), "text": "disputed"});
    assert_eq!(run(&world, &staff, "directory.comments.create", say).await.unwrap_err(), "not_found");
    assert_eq!(run(&world, &staff, "directory.comments.create", nowhere).await.unwrap_err(), "not_found");
    assert_eq!(
        run(&world, &staff, "directory.comments.list", json!({"record": invoice})).await.unwrap_err(),
        "not_found"
    );
    let id = json!({"id": comment["id"]});
    assert_eq!(run(&world, &staff, "directory.comments.delete", id.clone()).await.unwrap_err(), "not_found");
    let rival = world.person("admin@rival.example").await;
    assert_eq!(run(&world, &rival, "directory.comments.delete", id).await.unwrap_err(), "not_found");
    assert_eq!(texts(&world, &accountant, invoice).await, ["disputed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn outsiders_read_what_is_meant_for_them_on_their_own_records() {
    let world = World::new().await;
    let (accountant, vendor) = (world.person("accountant").await, world.person("vendor").await);
    let own = "Brightline Supplies Ltd";
    for (record, text, external) in [
        (own, "internal: squeeze them", false),
        (own, "external: please send the certificate", true),
        ("Globex Industries SE", "external, but not theirs", true),
    ] {
        let say = json!({"record": record, "text": text, "external": external});
        run(&world, &accountant, "directory.comments.create", say).await.unwrap();
    }
    assert_eq!(texts(&world, &vendor, own).await, ["external: please send the certificate"]);
    let reply = json!({"record": own, "text": "attached", "external": false});
    let (reply, _) = run(&world, &vendor, "directory.comments.create", reply).await.unwrap();
    assert_eq!(reply["external"], true, "what outsiders write is never hidden from them");
    assert_eq!(texts(&world, &accountant, own).await.len(), 3);
    let globex =
        run(&world, &accountant, "directory.parties.get", json!({"id": "Globex Industries SE"})).await.unwrap().0;
    for operation in ["directory.comments.list", "directory.comments.create"] {
        let mut arguments = json!({"record": globex["id"]});
        if operation.ends_with("create") {
            arguments["text"] = json!("let me in");
        }
        assert_eq!(run(&world, &vendor, operation, arguments).await.unwrap_err(), "not_found");
    }
    // the rows themselves, without any operation
    let (mut tx, _) = world.gate.identity().transaction(&vendor.principal).await.unwrap();
    let met: Vec<String> =
        sqlx::query_scalar("select text from comments order by id").fetch_all(&mut *tx).await.unwrap();
    assert_eq!(met, ["external: please send the certificate", "attached"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_are_taken_back_like_everything_else() {
    let world = World::new().await;
    let staff = world.person("staff").await;
    let undo = async |call: Option<Uuid>| {
        world.gate.undo(&staff, UndoTarget::Call(call.unwrap()), Options::default()).await.unwrap();
    };
    let say = json!({"record": "P-00010", "text": "first"});
    let (comment, made) = run(&world, &staff, "directory.comments.create", say).await.unwrap();
    let change = json!({"id": comment["id"], "text": "second"});
    let (_, changed) = run(&world, &staff, "directory.comments.update", change).await.unwrap();
    assert_eq!(texts(&world, &staff, "P-00010").await, ["second"]);
    undo(changed).await;
    assert_eq!(texts(&world, &staff, "P-00010").await, ["first"]);
    let (_, deleted) = run(&world, &staff, "directory.comments.delete", json!({"id": comment["id"]})).await.unwrap();
    assert!(texts(&world, &staff, "P-00010").await.is_empty());
    undo(deleted).await;
    assert_eq!(texts(&world, &staff, "P-00010").await, ["first"]);
    undo(made).await;
    assert!(texts(&world, &staff, "P-00010").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_turn_their_pages() {
    let world = World::new().await;
    let staff = world.person("staff").await;
    for n in 0..7 {
        let say = json!({"record": "P-00010", "text": format!("no. {n}")});
        run(&world, &staff, "directory.comments.create", say).await.unwrap();
    }
    let (mut seen, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let ask = json!({"record": "P-00010", "limit": 3, "cursor": cursor});
        let (page, _) = run(&world, &staff, "directory.comments.list", ask).await.unwrap();
        seen.extend(page["items"].as_array().unwrap().iter().map(|row| row["text"].as_str().unwrap().to_owned()));
        cursor = page["next_cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!(seen, (0..7).rev().map(|n| format!("no. {n}")).collect::<Vec<_>>());
}

/// The database itself refuses, whatever code comes.
#[tokio::test(flavor = "multi_thread")]
async fn the_database_refuses_comments_and_files_that_belong_nowhere() {
    let world = World::new().await;
    let (staff, admin) = (world.person("staff").await, world.person("admin").await);
    let say = json!({"record": "P-00010", "text": "here"});
    run(&world, &staff, "directory.comments.create", say).await.unwrap();
    let attach = json!({"record": "P-00010", "name": "a.txt", "content": "aGVyZQ=="});
    run(&world, &staff, "directory.attachments.create", attach).await.unwrap();
    let field = json!({"entity": "directory.parties", "key": "region", "label": "Region", "type": "text"});
    run(&world, &admin, "directory.custom_fields.create", field).await.unwrap();
    let rival = world.person("admin@rival.example").await;
    let foreign: Uuid = sqlx::query_scalar("select id from parties where org_id = $1 limit 1")
        .bind(rival.principal.org)
        .fetch_one(&world.owner)
        .await
        .unwrap();
    let comment = format!("insert into comments (org_id, id, record_type, record_table, record_id, author_id, text, external, created_at, updated_at)
        values (current_org(), gen_random_uuid(), 'directory.parties', 'parties', '{foreign}', current_person(), 'x', false, now(), now())");
    let file = format!("insert into attachments (org_id, id, record_type, record_table, record_id, author_id, name, media_type, size, sha256, external, created_at)
        values (current_org(), gen_random_uuid(), 'directory.parties', 'parties', '{foreign}', current_person(), 'x', 'text/plain', 1, repeat('0', 64), false, now())");
    for (constraint, sql) in [
        ("on_record", comment.as_str()),
        ("on_record", file.as_str()),
        ("comment_keeps_its_place", "update comments set record_id = gen_random_uuid()"),
        (
            "comment_keeps_its_place",
            "update comments set author_id = (select id from users where email like 'admin@%')",
        ),
        ("comment_keeps_its_place", "update comments set external = true"),
        ("permission", "delete from comments"),
        ("attachment_immutable", "update attachments set sha256 = repeat('0', 64)"),
        ("attachment_immutable", "update attachments set name = 'other.txt'"),
        ("permission", "delete from attachments"),
        ("custom_keys_defined", "update parties set custom = '{\"nowhere\": \"x\"}'"),
        ("custom_keys_defined", "update parties set custom = '[1]'"),
        ("custom_field_keeps_its_type", "update custom_fields set type = 'number'"),
        ("custom_field_keeps_its_type", "update custom_fields set key = 'other'"),
        ("permission", "delete from custom_fields"),
    ] {
        let (mut tx, _) = world.gate.identity().transaction(&admin.principal).await.unwrap();
        // as a call would: captured writes name one
        sqlx::query("select set_config('steward.call', gen_random_uuid()::text, true)")
            .execute(&mut *tx)
            .await
            .unwrap();
        let done = sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut *tx).await;
        let error = done.expect_err(sql).into_database_error().unwrap();
        let denied = if error.code().as_deref() == Some("42501") { "permission" } else { "?" };
        assert_eq!(error.constraint().unwrap_or(denied), constraint, "{sql}: {error}");
    }
}
