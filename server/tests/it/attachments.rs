//! Files on records: kept whole, found by whoever may open the record, and nowhere in the database.

use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use steward_tools::files::encoded;
use steward_tools::{Answer, Call, Caller, Decision, Options, Plan, UndoTarget, Verdict};
use uuid::Uuid;

use crate::comments::run;
use crate::http::{Server, body, refused};
use crate::support::{FILE_LIMIT, World, files_folder};

const CREATE: &str = "directory.attachments.create";
const DOWNLOAD: &str = "directory.attachments.download";
const ROUTE: &str = "/api/v1/directory/attachments";

/// A document that is different in every test.
fn pdf() -> Vec<u8> {
    format!("%PDF-1.7\n% {} kept under its hash\n", Uuid::now_v7()).into_bytes()
}

fn of_party(name: &str, bytes: &[u8]) -> Value {
    json!({"record": "P-00010", "name": name, "content": encoded(bytes)})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_comes_back_as_it_went() {
    let server = Server::start().await;
    let token = server.token("staff").await;
    let bytes = pdf();
    let made = server.post(ROUTE, &token, &of_party("März \"final\".pdf", &bytes)).await;
    assert_eq!(made.status(), StatusCode::CREATED);
    let location = made.headers()["location"].to_str().unwrap().to_owned();
    let made = body(made).await;
    assert_eq!((&made["media_type"], &made["size"]), (&json!("application/pdf"), &json!(bytes.len())));
    assert_eq!(body(server.get(&location, &token).await).await, made);
    let listed = body(server.get(&format!("{ROUTE}?record=P-00010"), &token).await).await;
    assert_eq!(listed["items"], json!([made]));

    let file = server.get(&format!("{location}/download"), &token).await;
    let header = |name: &str| file.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/pdf");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"M_rz _final_.pdf\"; filename*=UTF-8''M%C3%A4rz%20%22final%22.pdf"
    );
    let etag = header("etag");
    assert_eq!(etag, format!("{}", made["sha256"]));
    assert_eq!(file.bytes().await.unwrap(), bytes);
    let known = server.request(Method::GET, &format!("{location}/download"), &token).header("If-None-Match", etag);
    assert_eq!(known.send().await.unwrap().status(), StatusCode::NOT_MODIFIED);

    let id = made["id"].clone();
    let tool = body(server.post(&format!("/api/v1/tools/{DOWNLOAD}"), &token, &json!({"id": id})).await).await;
    assert_eq!(tool["result"]["content"], json!(encoded(&bytes)));
    let plan = json!({"calls": [{"name": DOWNLOAD, "arguments": {"id": id}}]});
    let plan = body(server.post("/api/v1/plans", &token, &plan).await).await;
    assert_eq!(plan["result"][0]["content"], json!(encoded(&bytes)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_brings_a_file_and_its_name() {
    let server = Server::start().await;
    let token = server.token("staff").await;
    let bytes = pdf();
    let send =
        async |form: Form, path: &str| server.request(Method::POST, path, &token).multipart(form).send().await.unwrap();
    let part = || Part::bytes(bytes.clone()).file_name("C:\\scans\\contract.pdf");
    let made =
        send(Form::new().text("record", "P-00010").text("external", "true").part("content", part()), ROUTE).await;
    assert_eq!(made.status(), StatusCode::CREATED);
    let made = body(made).await;
    assert_eq!((&made["name"], &made["external"]), (&json!("contract.pdf"), &json!(true)));
    let file = server.get(&format!("{ROUTE}/{}/download", made["id"].as_str().unwrap()), &token).await;
    assert_eq!(file.bytes().await.unwrap(), bytes);
    let twice = Form::new().text("record", "P-00010").text("record", "P-00011").part("content", part());
    assert_eq!(refused(send(twice, ROUTE).await).await, (400, "malformed".into()));
    let elsewhere = Form::new().text("record", "P-00010").part("name", part());
    assert_eq!(refused(send(elsewhere, ROUTE).await).await, (422, "invalid_input".into()));
    let comment = Form::new().text("record", "P-00010").text("text", "x");
    assert_eq!(
        refused(send(comment, "/api/v1/directory/comments").await).await,
        (415, "unsupported_media_type".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn large_files_are_linked_and_larger_ones_refused() {
    let server = Server::start().await;
    let token = server.token("staff").await;
    let mut large = pdf();
    large.resize(1_500_000, b' ');
    let made = body(server.post(ROUTE, &token, &of_party("large.pdf", &large)).await).await;
    let id = made["id"].as_str().unwrap();
    let tool = body(server.post(&format!("/api/v1/tools/{DOWNLOAD}"), &token, &json!({"id": id})).await).await;
    assert!(tool["result"].get("content").is_none());
    let link = tool["result"]["link"].as_str().unwrap();
    assert_eq!(server.get(link, &token).await.bytes().await.unwrap(), large);
    for name in [CREATE.to_owned(), CREATE.replace('.', "_")] {
        let again = server.post(&format!("/api/v1/tools/{name}"), &token, &of_party("large.pdf", &large)).await;
        assert_eq!(again.status(), StatusCode::OK, "{name}");
    }
    large.resize(FILE_LIMIT + 1, b' ');
    assert_eq!(
        refused(server.post(ROUTE, &token, &of_party("x.pdf", &large)).await).await,
        (413, "file_too_large".into())
    );
    // more than the request may weigh, by so little that it is read to its end
    large.resize(FILE_LIMIT + 197_000, b' ');
    assert_eq!(refused(server.post(ROUTE, &token, &of_party("x.pdf", &large)).await).await, (413, "too_large".into()));
    let elsewhere = json!({"record": "P-00010", "text": "x".repeat(300_000)});
    assert_eq!(
        refused(server.post("/api/v1/directory/comments", &token, &elsewhere).await).await,
        (413, "too_large".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_honest_file_is_refused_by_name() {
    let world = World::new().await;
    let staff = world.person("staff").await;
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    for (name, bytes, code) in [
        ("setup.exe", &b"MZ\x90\0\x03\0\0\0"[..], "executable_file"),
        ("photo.png", b"MZ\x90\0\x03\0\0\0", "executable_file"),
        ("photo.png", svg, "disguised_file"),
        ("photo.jpg", b"<!DOCTYPE html><script>alert(1)</script>", "disguised_file"),
        ("photo.png", b"%PDF-1.7", "wrong_file_type"),
        ("invoice.pdf.js", b"alert(1)", "executable_file"),
        ("..", b"words", "invalid_input"),
        ("words.txt", b"", "empty_file"),
    ] {
        assert_eq!(run(&world, &staff, CREATE, of_party(name, bytes)).await.unwrap_err(), code, "{name}");
    }
    let no_base64 = json!({"record": "P-00010", "name": "a.txt", "content": "this is not base64!"});
    assert_eq!(run(&world, &staff, CREATE, no_base64).await.unwrap_err(), "invalid_input");
    let (kept, _) = run(&world, &staff, CREATE, of_party("../../etc/passwd", b"words")).await.unwrap();
    assert_eq!(kept["name"], "passwd");
}

/// Every table, as far as its rows say anything of these words.
async fn rows_with(world: &World, words: &str) -> Vec<String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'",
    )
    .fetch_all(&world.owner)
    .await
    .unwrap();
    let mut found = Vec::new();
    for table in tables {
        let sql = format!("select count(*) from {table} t where position($1 in to_jsonb(t)::text) > 0");
        let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(words).fetch_one(&world.owner).await.unwrap();
        if rows > 0 {
            found.push(table);
        }
    }
    found
}

async fn download(world: &World, who: &Caller, id: &Value) -> Result<Vec<u8>, String> {
    let (file, _) = run(world, who, DOWNLOAD, json!({ "id": id })).await?;
    match world.gate.read_file(who, &file).await {
        Ok(read) => Ok(read.bytes),
        Err(error) => Err(error.refusal().unwrap_or_else(|| panic!("{error}")).code.clone()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_enter_neither_record_nor_approval_nor_attempt() {
    let world = World::new().await;
    let (staff, agent) = (world.person("staff").await, world.agent_of("staff").await);
    let bytes = pdf();
    let middle = encoded(&bytes)[12..60].to_owned();
    let ask = |name: &str| Plan::one(Call { name: CREATE.into(), arguments: of_party(name, &bytes) });
    let key = || Options { idempotency_key: Some("once".into()), ..Options::default() };
    let first = world.gate.submit(&staff, ask("a.pdf"), key()).await.unwrap();
    let again = world.gate.submit(&staff, ask("a.pdf"), key()).await.unwrap();
    assert_eq!(json!(first), json!(again), "the same bytes are the same request");
    let other = Call { name: CREATE.into(), arguments: of_party("a.pdf", &pdf()) };
    assert!(world.gate.submit(&staff, Plan::one(other), key()).await.is_err(), "other bytes are another");

    let Answer::NeedsApproval { approval } = world.gate.submit(&agent, ask("b.pdf"), Options::default()).await.unwrap()
    else {
        panic!("an agent asks")
    };
    assert_eq!(approval.calls[0].arguments["content"]["size"], json!(bytes.len()));
    world.gate.submit(&staff, ask("c.exe"), Options::default()).await.unwrap_err();
    world.gate.submit(&world.person("vendor").await, ask("d.pdf"), Options::default()).await.unwrap_err();
    let empty = [
        ask("e.pdf").calls()[0].clone(),
        Call { name: CREATE.into(), arguments: json!({"record": "P-00010", "name": "f.txt", "content": "?"}) },
    ];
    world.gate.submit(&staff, Plan::of(empty.to_vec()), Options::default()).await.unwrap_err();
    assert_eq!(rows_with(&world, &middle).await, Vec::<String>::new());
    assert_eq!(rows_with(&world, "kept under its hash").await, Vec::<String>::new());
    assert!(rows_with(&world, "c.exe").await.contains(&"attempts".to_owned()), "what was refused is recorded");
    assert!(rows_with(&world, "f.txt").await.contains(&"attempts".to_owned()), "also when the file itself was refused");

    let yes = Decision { decision: Verdict::Approve, note: None };
    let Answer::Done { result, .. } = world.gate.decide(&staff, approval.id, yes).await.unwrap() else {
        panic!("done")
    };
    assert_eq!(download(&world, &staff, &result["id"]).await.unwrap(), bytes);
}

/// Whoever knows a hash has not got the file: only bytes make an attachment.
#[tokio::test(flavor = "multi_thread")]
async fn a_hash_stands_for_no_file() {
    let world = World::new().await;
    let staff = world.person("staff").await;
    let (made, _) = run(&world, &staff, CREATE, of_party("a.pdf", &pdf())).await.unwrap();
    let stored = json!({"sha256": made["sha256"], "size": made["size"], "media_type": made["media_type"]});
    let with = |content: Value| json!({"record": "P-00010", "name": "copy.pdf", "content": content});
    assert_eq!(run(&world, &staff, CREATE, with(stored)).await.unwrap_err(), "invalid_input");
    let show = Call { name: "directory.attachments.get".into(), arguments: json!({"id": made["id"]}) };
    for arguments in [
        with(json!({"$result": [0, ""]})),
        json!({"$result": [0, ""]}),
        json!({"record": {"$result": [0, "/id"]}, "name": "x", "content": {"$result": [0, "/sha256"]}}),
    ] {
        let plan = Plan::of(vec![show.clone(), Call { name: CREATE.into(), arguments }]);
        let error = world.gate.submit(&staff, plan, Options::default()).await.unwrap_err();
        assert_eq!(error.refusal().unwrap().code, "invalid_input");
    }
    // an earlier result may still name the record
    let plan = Plan::of(vec![
        Call { name: "directory.parties.get".into(), arguments: json!({"id": "P-00011"}) },
        Call {
            name: CREATE.into(),
            arguments: json!({"record": {"$result": [0, "/id"]}, "name": "a.txt", "content": "d29yZHM="}),
        },
    ]);
    assert!(matches!(world.gate.submit(&staff, plan, Options::default()).await.unwrap(), Answer::Done { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_open_a_record_gets_none_of_its_files() {
    let world = World::new().await;
    let (accountant, staff, vendor) =
        (world.person("accountant").await, world.person("staff").await, world.person("vendor").await);
    let rival = world.person("admin@rival.example").await;
    let (invoices, _) = run(&world, &accountant, "accounting.invoices.list", json!({"limit": 1})).await.unwrap();
    let mut attach = of_party("a.pdf", &pdf());
    attach["record"] = invoices["items"][0]["id"].clone();
    let (file, _) = run(&world, &accountant, CREATE, attach).await.unwrap();
    for who in [&staff, &vendor, &rival] {
        assert_eq!(download(&world, who, &file["id"]).await.unwrap_err(), "not_found");
        assert_eq!(
            run(&world, who, "directory.attachments.delete", json!({"id": file["id"]})).await.unwrap_err(),
            "not_found"
        );
    }
    let bytes = pdf();
    for external in [false, true] {
        let attach = json!({"record": "Brightline Supplies Ltd", "name": "a.pdf", "content": encoded(&bytes), "external": external});
        let (file, _) = run(&world, &accountant, CREATE, attach).await.unwrap();
        let got = download(&world, &vendor, &file["id"]).await;
        assert_eq!(got.is_ok(), external);
        let delete = run(&world, &vendor, "directory.attachments.delete", json!({"id": file["id"]})).await;
        assert_eq!(delete.unwrap_err(), if external { "forbidden" } else { "not_found" });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_and_attaching_are_taken_back() {
    let world = World::new().await;
    let staff = world.person("staff").await;
    let bytes = pdf();
    let (file, made) = run(&world, &staff, CREATE, of_party("a.pdf", &bytes)).await.unwrap();
    let (_, removed) = run(&world, &staff, "directory.attachments.delete", json!({"id": file["id"]})).await.unwrap();
    assert_eq!(download(&world, &staff, &file["id"]).await.unwrap_err(), "not_found");
    world.gate.undo(&staff, UndoTarget::Call(removed.unwrap()), Options::default()).await.unwrap();
    assert_eq!(download(&world, &staff, &file["id"]).await.unwrap(), bytes);
    world.gate.undo(&staff, UndoTarget::Call(made.unwrap()), Options::default()).await.unwrap();
    assert_eq!(download(&world, &staff, &file["id"]).await.unwrap_err(), "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_gone_or_changed_are_refused_by_name() {
    let world = World::new().await;
    let staff = world.person("staff").await;
    let bytes = pdf();
    let (file, _) = run(&world, &staff, CREATE, of_party("a.pdf", &bytes)).await.unwrap();
    let (first, rest) = file["sha256"].as_str().unwrap().split_at(2);
    let path = files_folder().join(staff.principal.org.to_string()).join(first).join(rest);
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
    std::fs::write(&path, b"%PDF-1.7 forged").unwrap();
    assert_eq!(download(&world, &staff, &file["id"]).await.unwrap_err(), "file_corrupt");
    std::fs::remove_file(&path).unwrap();
    assert_eq!(download(&world, &staff, &file["id"]).await.unwrap_err(), "file_missing");
    let preview = Options { dry_run: true, ..Options::default() };
    let plan = Plan::one(Call { name: CREATE.into(), arguments: of_party("a.pdf", &bytes) });
    assert!(matches!(world.gate.submit(&staff, plan, preview).await.unwrap(), Answer::Preview { .. }));
    assert!(!path.exists(), "a preview keeps nothing");
    run(&world, &staff, CREATE, of_party("b.pdf", &bytes)).await.unwrap();
    assert_eq!(download(&world, &staff, &file["id"]).await.unwrap(), bytes, "attaching it again mends it");
}
