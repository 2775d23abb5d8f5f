//! Requests that are none, over HTTP.

use std::time::Instant;

use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

use super::PATIENCE;
use crate::http::{Server, body};

/// Status and code of a refusal that says what, and the way out.
async fn refused(request: RequestBuilder) -> (u16, String) {
    let since = Instant::now();
    let response = request.send().await.unwrap();
    assert!(since.elapsed() < PATIENCE, "{:?}", since.elapsed());
    problem(response).await
}

async fn problem(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    assert_eq!(response.headers()["content-type"], "application/problem+json", "{status}");
    let problem = body(response).await;
    for key in ["type", "title", "detail", "code", "fix"] {
        assert!(problem[key].as_str().is_some_and(|text| !text.is_empty()), "{key}: {problem}");
    }
    assert_eq!((&problem["status"], problem["retryable"].is_boolean()), (&json!(status), true));
    assert!(problem.to_string().len() < 20_000, "a refusal repeats too much of what was sent");
    (status, problem["code"].as_str().unwrap().to_owned())
}

fn deep(open: &str, close: &str, n: usize) -> String {
    format!("{}0{}", open.repeat(n), close.repeat(n))
}

/// Bodies that are no arguments of any operation.
fn bodies() -> Vec<(Vec<u8>, u16, &'static str)> {
    let big = format!("{{\"memo\":\"{}\"}}", "x".repeat(1024 * 1024));
    vec![
        (b"{".to_vec(), 400, "malformed"),
        (b"nonsense".to_vec(), 400, "malformed"),
        (b"{} {}".to_vec(), 400, "malformed"),
        (b"\xef\xbb\xbf{}".to_vec(), 400, "malformed"),
        (b"{\"x\":\"\xff\"}".to_vec(), 400, "malformed"),
        (b"{\"x\":\"\\ud800\"}".to_vec(), 400, "malformed"),
        (b"{\"x\":1e400}".to_vec(), 400, "malformed"),
        (b"{\"x\":NaN}".to_vec(), 400, "malformed"),
        (b"{\"x\":-Infinity}".to_vec(), 400, "malformed"),
        (b"{\"x\":\"a\0b\"}".to_vec(), 400, "malformed"),
        (b"{\"x\":1,\"x\":2}".to_vec(), 400, "duplicate_key"),
        (b"{\"x\":[{\"y\":{\"z\":1,\"\\u007a\":2}}]}".to_vec(), 400, "duplicate_key"),
        (deep("[", "]", 10_000).into_bytes(), 400, "too_deep"),
        (deep("{\"a\":", "}", 10_000).into_bytes(), 400, "too_deep"),
        (big.into_bytes(), 413, "too_large"),
        (b"[]".to_vec(), 422, "invalid_input"),
        (b"null".to_vec(), 422, "invalid_input"),
        (b"\"x\"".to_vec(), 422, "invalid_input"),
        (b"{\"no_such_argument\":1}".to_vec(), 422, "invalid_input"),
        (b"{\"no_such_argument\":\"\\u0000\"}".to_vec(), 422, "hidden_character"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_refuses_bodies_that_are_none() {
    let server = Server::start().await;
    let token = server.token("admin").await;
    let names: Vec<&str> = server.world.gate.catalogue().iter().map(steward_tools::Entry::name).collect();
    for name in names {
        let uploads = server.world.gate.catalogue().get(name).unwrap().input_schema.to_string().contains("x-upload");
        for (text, status, code) in bodies() {
            if uploads && status == 413 {
                continue;
            }
            let shown = String::from_utf8_lossy(&text[..text.len().min(60)]).into_owned();
            let request = server.request(Method::POST, &format!("/api/v1/tools/{name}?dry_run=true"), &token);
            let answer = refused(request.header("content-type", "application/json").body(text)).await;
            assert_eq!(answer, (status, code.to_owned()), "{name}: {shown}");
        }
    }
    assert_eq!(server.get("/readyz", "").await.status(), 200);
}

/// Every path and method that the description lists, with a body, a query and headers that nobody understands.
#[tokio::test(flavor = "multi_thread")]
async fn every_route_refuses_what_it_does_not_understand() {
    let server = Server::start().await;
    let token = server.token("admin").await;
    let document = steward_surfaces::openapi(server.world.gate.catalogue());
    let mut asked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let at = path.replace("{id}", "00000000-0000-0000-0000-000000000000").replace("{name}", "no.such.tool");
        for method in item.as_object().unwrap().keys() {
            let method: Method = method.to_ascii_uppercase().parse().unwrap();
            let writes = method == Method::POST || method == Method::PATCH;
            let request = |query: &str| server.request(method.clone(), &format!("{at}{query}"), &token);
            asked += 1;
            assert_eq!(refused(request("?q=%ff")).await, (400, "malformed".into()), "{method} {path}");
            assert_eq!(refused(request(&format!("?q={}", "x".repeat(9_000)))).await.0, 414, "{method} {path}");
            assert_eq!(refused(request("").header("x-much", "x".repeat(20_000))).await.0, 431, "{method} {path}");
            let twice = request("").header("if-match", "1").header("if-match", "2");
            assert_eq!(refused(twice).await, (400, "duplicate_header".into()), "{method} {path}");
            let takes_body = item[method.as_str().to_ascii_lowercase()].get("requestBody").is_some();
            if takes_body && writes {
                for kind in
                    ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "nonsense"]
                {
                    let answer = refused(request("").header("content-type", kind).body("{}")).await;
                    assert_eq!(answer, (415, "unsupported_media_type".into()), "{method} {path} {kind}");
                }
                let squeezed =
                    request("").header("content-type", "application/json").header("content-encoding", "gzip");
                assert_eq!(refused(squeezed.body("\x1f\u{8b}")).await.0, 415, "{method} {path}");
            }
        }
        let answer = refused(server.request(Method::TRACE, &at, &token)).await;
        assert_eq!(answer, (405, "method_not_allowed".into()), "{path}");
    }
    assert!(asked > 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_headers_and_queries_have_named_refusals() {
    let server = Server::start().await;
    let token = server.token("accountant").await;
    let get = |path: &str| server.request(Method::GET, path, &token);
    for (path, status, code) in [
        ("/api/v1/directory/parties/%zz", 400, "malformed"),
        ("/api/v1/directory/parties/%ff", 400, "malformed"),
        ("/api/v1/directory/parties/%00", 422, "hidden_character"),
        ("/api/v1/directory/parties/%2e%2e%2fusers", 404, "unresolved_reference"),
        ("/api/v1/directory/parties?limit=1000000000", 422, "invalid_input"),
        ("/api/v1/directory/parties?limit=-1", 422, "invalid_input"),
        ("/api/v1/directory/parties?limit=ten", 422, "invalid_input"),
        ("/api/v1/directory/parties?cursor=forged", 422, "invalid_cursor"),
        ("/api/v1/directory/parties?q=a&q=b", 400, "duplicate_key"),
        ("/api/v1/directory/parties?org_id=1", 422, "invalid_input"),
        ("/api/v1/directory/parties?dry_run=true", 422, "invalid_input"),
        ("/api/v1/accounting/invoices?sort=date;drop%20table%20invoices", 422, "invalid_input"),
        ("/api/v1/accounting/invoices?sort=(select%201)", 422, "invalid_input"),
        ("/api/v1/accounting/invoices?status=draft'--", 422, "invalid_input"),
        ("/api/v1/accounting/invoices?amount_min=1e9", 422, "invalid_input"),
        ("/api/v1/accounting/invoices?amount_min=NaN", 422, "invalid_input"),
        ("/api/v1/accounting/invoices?date_from=0000-01-01", 422, "date_out_of_range"),
        ("/api/v1/accounting/invoices?date_from=9999-12-31", 422, "date_out_of_range"),
        ("/api/v1/accounting/invoices?overdue=1", 422, "invalid_input"),
        ("/api/v1/approvals?status=any", 422, "invalid_input"),
        ("/api/v1/nothing", 404, "not_found"),
    ] {
        assert_eq!(refused(get(path)).await, (status, code.to_owned()), "{path}");
    }
    let post = |path: &str| server.request(Method::POST, path, &token);
    let party = json!({"name": "Neu GmbH", "kinds": ["customer"]});
    for key in ["", "a b", "x".repeat(201).as_str(), "\u{e9}", "\t"] {
        let request = post("/api/v1/directory/parties").header("idempotency-key", key).json(&party);
        assert_eq!(refused(request).await, (422, "invalid_idempotency_key".into()), "{key:?}");
    }
    for (query, status) in [("?dry_run=yes", 400), ("?dryrun=true", 422), ("?dry_run=true&dry_run=false", 400)] {
        assert_eq!(refused(post(&format!("/api/v1/directory/parties{query}")).json(&party)).await.0, status, "{query}");
    }
    assert_eq!(refused(get("/api/v1/directory/parties").json(&json!({"q": "x"}))).await.0, 422, "a body of a read");
    let nul = post("/api/v1/tools/a%00b").json(&json!({"x": "\0"}));
    assert_eq!(refused(nul).await, (404, "unknown_operation".into()));
    let huge = json!({"calls": vec![json!({"name": "directory.parties.list"}); 101]});
    assert_eq!(refused(post("/api/v1/plans").json(&huge)).await, (422, "invalid_input".into()));
    for wrong in
        [json!({}), json!({"calls": []}), json!({"calls": {}}), json!({"calls": [{}]}), json!({"calls": [], "x": 1})]
    {
        assert_eq!(refused(post("/api/v1/plans").json(&wrong)).await, (422, "invalid_input".into()), "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_and_talking_take_no_nonsense() {
    let server = Server::start().await;
    let token = server.token("accountant").await;
    let sign_in = |body: Value| server.client.post(format!("{}/api/v1/auth/token", server.url)).json(&body);
    for (wrong, status) in [
        (json!({}), 422),
        (json!({"organization": "demo", "email": 5, "password": "demo"}), 422),
        (json!({"organization": "demo", "email": "x@demo.example", "password": "x".repeat(100_000)}), 401),
        (json!({"organization": "demo\0", "email": "\0", "password": "\0"}), 422),
        (json!({"organization": "' or 1=1 --", "email": "' or 1=1 --", "password": "' or 1=1 --"}), 401),
    ] {
        assert_eq!(refused(sign_in(wrong.clone())).await.0, status);
    }
    for scheme in
        ["", "Bearer", "Bearer ", "Basic x", "Bearer a.b.c", "Bearer \u{e9}", &format!("Bearer {}", "x".repeat(10_000))]
    {
        let request = server.client.get(format!("{}/api/v1/tools", server.url)).header("authorization", scheme);
        assert_eq!(refused(request).await, (401, "unauthenticated".into()), "{scheme}");
    }
    let run = |body: Value| server.request(Method::POST, "/api/v1/agent/run", &token).json(&body);
    let thread = "01938f2e-7f3a-7000-8000-000000000001";
    let said = |text: &str| json!({"threadId": thread, "runId": "r", "messages": [{"role": "user", "content": text}]});
    for wrong in [json!({}), json!({"threadId": "x", "runId": "r", "messages": []}), said("")] {
        assert_eq!(refused(run(wrong)).await.0, 422);
    }
    for text in ["a\0b".to_owned(), "x".repeat(1_000_000)] {
        let events = run(said(&text)).send().await.unwrap().text().await.unwrap();
        assert!(events.contains("RUN_ERROR") && events.contains("invalid_input"), "{events}");
    }
}
