//! The description of the interface: it is OpenAPI 3.1, holds together, and is what answers look like.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};
use steward_server::compose;
use steward_surfaces::openapi;
use uuid::Uuid;

use crate::http::{Server, body};

fn document() -> Value {
    openapi(&compose::catalogue().unwrap())
}

/// Path, method and operation object of each operation.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let each = paths.iter().flat_map(|(path, item)| item.as_object().unwrap().iter().map(move |(m, o)| (path, m, o)));
    each.map(|(path, method, operation)| (path.as_str(), method.as_str(), operation)).collect()
}

fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(link) => document.pointer(link.trim_start_matches('#')).unwrap_or_else(|| panic!("{link} leads nowhere")),
        None => value,
    }
}

#[test]
fn it_fits_the_schema_of_openapi_3_1() {
    let schema: Value = serde_json::from_str(include_str!("../openapi/schema-3.1.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let document = document();
    let faults: Vec<String> =
        validator.iter_errors(&document).take(5).map(|e| format!("{}: {e:.300}", e.instance_path())).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_schema_is_a_schema() {
    let document = document();
    let mut found = 0;
    each(&document, &mut |key, value| {
        if key == "schema" || key == "schemas" {
            let schemas = if key == "schema" { vec![value] } else { value.as_object().unwrap().values().collect() };
            for schema in schemas {
                assert!(jsonschema::draft202012::meta::is_valid(schema), "{schema}");
                found += 1;
            }
        }
    });
    assert!(found > 200);
}

fn each(value: &Value, look: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| {
            look(key, value);
            each(value, look);
        }),
        Value::Array(items) => items.iter().for_each(|item| each(item, look)),
        _ => {}
    }
}

#[test]
fn it_holds_together() {
    let document = document();
    each(&document, &mut |key, value| {
        if key == "$ref" {
            assert!(
                document.pointer(value.as_str().unwrap().trim_start_matches('#')).is_some(),
                "{value} leads nowhere"
            );
        }
    });
    let tags: BTreeSet<&str> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        let at = format!("{method} {path}");
        assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{at}: its operationId is another's too");
        assert!(tags.contains(operation["tags"][0].as_str().unwrap()), "{at}: its tag is not described");
        assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{at}");
        let wanted: BTreeSet<&str> = path.split(['{', '}']).skip(1).step_by(2).collect();
        let parameters = operation["parameters"].as_array().into_iter().flatten().map(|p| resolved(&document, p));
        let in_path = parameters.filter(|p| p["in"] == "path").map(|p| p["name"].as_str().unwrap()).collect();
        assert_eq!(wanted, in_path, "{at}");
        for (status, response) in operation["responses"].as_object().unwrap() {
            let response = resolved(&document, response);
            let silent = matches!(status.as_str(), "204" | "101");
            assert_eq!(response.get("content").is_none(), silent, "{at}: {status}");
            if !silent {
                let content = response["content"].as_object().unwrap();
                assert!(content.values().all(|content| content["schema"].is_object()), "{at}: {status}");
            }
        }
        assert!(operation["responses"].get("default").is_some(), "{at}: no refusal");
    }
}

/// Nothing that is described is just "an object".
#[test]
fn answers_of_fixed_routes_are_described() {
    let document = document();
    for (path, method, operation) in operations(&document) {
        let Some(schema) = operation.pointer("/responses/200/content/application~1json/schema") else { continue };
        if path == "/openapi.json" || operation.get("x-steward-operation").is_some() {
            continue;
        }
        assert_ne!(schema, &json!({"type": "object"}), "{method} {path}");
        assert_ne!(schema, &json!({}), "{method} {path}");
    }
}

/// The gate's codes stand in the description, each with its kind.
#[test]
fn every_code_of_the_gate_is_described() {
    let told = document()["components"]["responses"].to_string();
    let source = include_str!("../../../tools/src/error.rs");
    let codes: Vec<&str> = source
        .lines()
        .filter(|line| line.contains("pub const ") && line.contains(": &str = "))
        .filter_map(|line| line.split('"').nth(1))
        .collect();
    assert!(codes.len() > 20);
    for code in codes {
        assert!(told.contains(&format!("`{code}`")), "{code}");
    }
}

/// Real answers of the routes that no operation derives fit what is told of them.
#[tokio::test(flavor = "multi_thread")]
async fn answers_are_as_described() {
    let server = Server::start().await;
    let document = body(server.get("/openapi.json", "").await).await;
    let token = server.token("accountant").await;
    let fits = |path: &str, method: &str, status: u16, answer: &Value| {
        let responses = &document["paths"][path][method]["responses"];
        let response =
            responses.get(status.to_string()).unwrap_or_else(|| panic!("{method} {path}: {status} is not told"));
        let content = &resolved(&document, response)["content"];
        let schema = content.as_object().unwrap().values().next().unwrap()["schema"].clone();
        let whole = json!({"allOf": [schema], "components": document["components"]});
        let validator = jsonschema::options().should_validate_formats(true).build(&whole).unwrap();
        let faults: Vec<String> =
            validator.iter_errors(answer).map(|e| format!("{}: {e:.300}", e.instance_path())).collect();
        assert!(faults.is_empty(), "{method} {path} {status}:\n{}\n{answer:#}", faults.join("\n"));
    };
    let ask = async |method: Method, path: &str, as_told: &str, input: Value| {
        let mut request = server.request(method.clone(), path, &token);
        if method != Method::GET {
            request = request.json(&input);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let answer = body(answer).await;
        fits(as_told, &method.as_str().to_ascii_lowercase(), status, &answer);
        (status, answer)
    };
    let get = async |path: &str, as_told: &str| ask(Method::GET, path, as_told, Value::Null).await;
    let post = async |path: &str, as_told: &str, input: Value| ask(Method::POST, path, as_told, input).await;

    let who = json!({"organization": "demo", "email": "accountant@demo.example", "password": "demo"});
    let (_, opened) = post("/api/v1/auth/token", "/api/v1/auth/token", who).await;
    let again = json!({"refresh_token": opened["refresh_token"]});
    post("/api/v1/auth/refresh", "/api/v1/auth/refresh", again).await;
    let wrong = json!({"organization": "demo", "email": "accountant@demo.example", "password": "no"});
    assert_eq!(post("/api/v1/auth/token", "/api/v1/auth/token", wrong).await.0, 401);
    for path in
        ["/api/v1/auth/me", "/api/v1/tools", "/livez", "/readyz", "/openapi.json", "/api/v1/approvals", "/api/v1/calls"]
    {
        assert_eq!(get(path, path).await.0, 200, "{path}");
    }

    let party = json!({"name": "Told GmbH", "kinds": ["customer"]});
    let tool = "/api/v1/tools/{name}";
    post("/api/v1/tools/directory.parties.create?dry_run=true", tool, party.clone()).await;
    let (_, done) = post("/api/v1/tools/directory.parties.create", tool, party).await;
    let call = done["call_id"].as_str().unwrap();
    get(&format!("/api/v1/calls/{call}"), "/api/v1/calls/{id}").await;
    assert_eq!(get(&format!("/api/v1/calls/{}", Uuid::now_v7()), "/api/v1/calls/{id}").await.0, 404);
    let plan =
        json!({"calls": [{"name": "directory.parties.list"}, {"name": "accounting.accounts.list", "arguments": {}}]});
    post("/api/v1/plans", "/api/v1/plans", plan).await;
    post(&format!("/api/v1/calls/{call}/undo"), "/api/v1/calls/{id}/undo", json!({})).await;
    assert_eq!(post(&format!("/api/v1/calls/{call}/undo"), "/api/v1/calls/{id}/undo", json!({})).await.0, 409);
    let misspelt = json!({"id": "Akme"});
    assert!(post("/api/v1/tools/directory.parties.archive", tool, misspelt).await.1["candidates"].is_array());

    // over the limit: somebody else has to say yes
    let money = json!({"customer": "Globex Industries SE", "amount": "20000"});
    let (status, waits) = post("/api/v1/tools/accounting.payments.receive", tool, money).await;
    assert_eq!(status, 202);
    let id = waits["approval"]["id"].as_str().unwrap();
    get(&format!("/api/v1/approvals/{id}"), "/api/v1/approvals/{id}").await;
    let comment = json!({"text": "The bank says so."});
    post(&format!("/api/v1/approvals/{id}/comments"), "/api/v1/approvals/{id}/comments", comment).await;
    get("/api/v1/approvals?for=asked", "/api/v1/approvals").await;
    let both = json!({"decisions": [{"id": id, "decision": "approve"}, {"id": Uuid::now_v7(), "decision": "reject", "note": "?"}]});
    post("/api/v1/approvals", "/api/v1/approvals", both).await;

    let thread = Uuid::now_v7();
    let said = json!({"threadId": thread, "runId": "1", "messages": [{"id": "1", "role": "user", "content": "list customers"}]});
    assert!(server.post("/api/v1/agent/run", &token, &said).await.text().await.unwrap().contains("RUN_FINISHED"));
    get("/api/v1/conversations", "/api/v1/conversations").await;
    get(&format!("/api/v1/conversations/{thread}"), "/api/v1/conversations/{id}").await;
}

/// Which schemas the fixed routes name: what is not named is not in the document.
#[test]
fn no_schema_stands_there_for_nothing() {
    let document = document();
    let text = document.to_string();
    let schemas: &serde_json::Map<String, Value> = document["components"]["schemas"].as_object().unwrap();
    let unused: BTreeMap<&String, usize> = schemas
        .keys()
        .map(|name| (name, text.matches(&format!("#/components/schemas/{name}\"")).count()))
        .filter(|(_, count)| *count == 0)
        .collect();
    assert!(unused.is_empty(), "{unused:?}");
}
