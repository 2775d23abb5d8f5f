//! The web app's side of the server: signing in by cookie, its files, and what else comes with a page.

use std::borrow::Cow;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use futures::{SinkExt as _, StreamExt as _};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use reqwest::header::{HeaderMap, SET_COOKIE};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use steward_surfaces::{Metrics, Proxies, Web};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use crate::http::{Server, body, refused};

/// Signs the tokens of test servers.
const KEY: [u8; 32] = [7; 32];
const SESSION: &str = "/api/v1/auth/session";

/// As a page of this server asks.
fn page(server: &Server, method: Method, path: &str, cookie: &str) -> RequestBuilder {
    from(server, method, path, cookie).header("sec-fetch-site", "same-origin")
}

fn from(server: &Server, method: Method, path: &str, cookie: &str) -> RequestBuilder {
    server.client.request(method, format!("{}{path}", server.url)).header("cookie", cookie)
}

fn who(name: &str, password: &str) -> Value {
    json!({"organization": "demo", "email": format!("{name}@demo.example"), "password": password})
}

fn cookie_set(answer: &Response) -> String {
    answer.headers()[SET_COOKIE].to_str().unwrap().to_owned()
}

/// What a browser sends back.
fn kept(set: &str) -> String {
    set.split(';').next().unwrap().to_owned()
}

async fn entered(server: &Server, name: &str) -> String {
    let answer = page(server, Method::POST, SESSION, "").json(&who(name, "demo")).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    kept(&cookie_set(&answer))
}

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_signs_in_acts_as_web_and_leaves() {
    let server = Server::start().await;
    let answer = page(&server, Method::POST, SESSION, "").json(&who("sales", "demo")).send().await.unwrap();
    let set = cookie_set(&answer);
    let (value, flags) = set.split_once("; ").unwrap();
    assert!(value.starts_with("steward_session=ey"), "{set}");
    assert_eq!(flags, "Max-Age=43200; Path=/; HttpOnly; SameSite=Strict");
    let (cookie, me) = (kept(&set), body(answer).await);
    assert_eq!((&me["email"], &me["organization"]["code"]), (&json!("sales@demo.example"), &json!("demo")));
    let again = page(&server, Method::GET, "/api/v1/auth/me", &cookie).send().await.unwrap();
    assert!(!again.headers().contains_key(SET_COOKIE), "it is new enough");
    assert_eq!(body(again).await, me);

    let neu = json!({"name": "Neu GmbH", "kinds": ["customer"]});
    let made = page(&server, Method::POST, "/api/v1/directory/parties", &cookie).json(&neu).send().await.unwrap();
    assert_eq!(made.status(), StatusCode::CREATED, "their own call commits at once");
    let call = made.headers()["steward-call-id"].to_str().unwrap().to_owned();
    let surface: String = sqlx::query_scalar("select surface from calls where id = $1::uuid")
        .bind(&call)
        .fetch_one(&server.world.owner)
        .await
        .unwrap();
    assert_eq!(surface, "web");

    let value = cookie.strip_prefix("steward_session=").unwrap();
    assert_eq!(server.get("/api/v1/auth/me", value).await.status(), 401, "a cookie is no access token");
    let token = server.token("sales").await;
    let as_cookie = format!("steward_session={token}");
    assert_eq!(status(page(&server, Method::GET, "/api/v1/auth/me", &as_cookie)).await, 401, "nor the other way");

    let left = page(&server, Method::DELETE, SESSION, &cookie).send().await.unwrap();
    assert_eq!(left.status(), StatusCode::NO_CONTENT);
    assert_eq!(cookie_set(&left), "steward_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict");
    assert_eq!(status(page(&server, Method::GET, "/api/v1/auth/me", &cookie)).await, 401, "the session is over");
    assert_eq!(status(page(&server, Method::DELETE, SESSION, &cookie)).await, 204, "once more");
    assert_eq!(status(page(&server, Method::DELETE, SESSION, "")).await, 204);
    assert_eq!(server.get("/api/v1/auth/me", &token).await.status(), 200, "another session goes on");
    let wrong = page(&server, Method::POST, SESSION, "").json(&who("sales", "wrong")).send().await.unwrap();
    assert!(!wrong.headers().contains_key(SET_COOKIE));
    assert_eq!(refused(wrong).await, (401, "wrong_credentials".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_page_does_nothing_with_the_cookie() {
    let server = Server::start().await;
    let (cookie, token) = (entered(&server, "sales").await, server.token("sales").await);
    let own = server.url.clone();
    let parties = "/api/v1/directory/parties";
    let neu = json!({"name": "Neu GmbH", "kinds": ["customer"]});
    for (site, origin, reads, writes) in [
        (Some("same-origin"), None, true, true),
        (Some("none"), None, true, false),
        (Some("same-site"), None, false, false),
        (Some("cross-site"), Some(own.as_str()), false, false),
        (None, Some(own.as_str()), true, true),
        (None, Some("https://evil.example"), false, false),
        (None, Some("null"), false, false),
        (None, None, true, false),
    ] {
        let asked = |method: Method, path: &str| {
            let headers = [("sec-fetch-site", site), ("origin", origin)];
            let headers = headers.into_iter().filter_map(|(name, value)| Some((name, value?)));
            headers.fold(from(&server, method, path, &cookie), |request, (name, value)| request.header(name, value))
        };
        let expect = async |request: RequestBuilder, good: bool, at: &str| {
            let answer = request.send().await.unwrap();
            if good {
                assert!(answer.status().is_success(), "{at}: {site:?} {origin:?}: {}", answer.status());
            } else {
                assert_eq!(refused(answer).await, (403, "cross_site".into()), "{at}: {site:?} {origin:?}");
            }
        };
        expect(asked(Method::GET, parties), reads, "read").await;
        expect(asked(Method::POST, parties).json(&neu), writes, "write").await;
        expect(asked(Method::POST, SESSION).json(&who("staff", "demo")), writes, "sign in").await;
        let bearer = asked(Method::POST, parties).bearer_auth(&token).json(&neu);
        assert_eq!(bearer.send().await.unwrap().status(), 201, "a token is no cookie: {site:?} {origin:?}");
    }
    let foreign = from(&server, Method::DELETE, SESSION, &cookie).header("sec-fetch-site", "cross-site");
    assert_eq!(refused(foreign.send().await.unwrap()).await, (403, "cross_site".into()));
    assert_eq!(status(page(&server, Method::GET, "/api/v1/auth/me", &cookie)).await, 200, "still signed in");
    let wrong_token = page(&server, Method::GET, "/api/v1/auth/me", &cookie).bearer_auth("x");
    assert_eq!(status(wrong_token).await, 401, "what is said counts, not what comes along");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_a_browser_ends_like_any_other() {
    let server = Server::start().await;
    let (here, there) = (entered(&server, "staff").await, entered(&server, "staff").await);
    let may =
        async |cookie: &str| status(page(&server, Method::GET, "/api/v1/directory/parties?limit=1", cookie)).await;
    let new = json!({"current": "demo", "new": "correct horse"});
    let changed = page(&server, Method::POST, "/api/v1/directory/users/change_password", &here).json(&new);
    assert_eq!(status(changed).await, 200);
    assert_eq!((may(&here).await, may(&there).await), (200, 401), "a new password ends the others");
    let third = entered(&server, "sales").await;
    let admin = server.token("admin").await;
    let disabled = server.post("/api/v1/directory/users/sales@demo.example/disable", &admin, &json!({})).await;
    assert_eq!((disabled.status().as_u16(), may(&third).await), (200, 401));
    sqlx::query("update sessions set expires_at = now() - interval '1 second'")
        .execute(&server.world.owner)
        .await
        .unwrap();
    assert_eq!(may(&here).await, 401, "its session is over");
}

/// The same cookie as it would be if it had been made earlier.
fn aged(cookie: &str, seconds: i64) -> String {
    let token = cookie.strip_prefix("steward_session=").unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let mut claims: Value = serde_json::from_slice(&BASE64.decode(parts[1]).unwrap()).unwrap();
    for claim in ["iat", "nbf", "exp"] {
        claims[claim] = json!(claims[claim].as_i64().unwrap() - seconds);
    }
    let message = format!("{}.{}", parts[0], BASE64.encode(claims.to_string()));
    let mark = crypto::sign(message.as_bytes(), &EncodingKey::from_secret(&KEY), Algorithm::HS256).unwrap();
    format!("steward_session={message}.{mark}")
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_at_work_stays_signed_in() {
    let server = Server::start().await;
    let cookie = entered(&server, "staff").await;
    sqlx::query("update sessions set expires_at = now() + interval '1 minute'")
        .execute(&server.world.owner)
        .await
        .unwrap();
    let me = async |cookie: &str| page(&server, Method::GET, "/api/v1/auth/me", cookie).send().await.unwrap();
    assert!(!me(&aged(&cookie, 5 * 3600)).await.headers().contains_key(SET_COOKIE), "not yet half");
    let renewed = me(&aged(&cookie, 7 * 3600)).await;
    let newer = cookie_set(&renewed);
    assert!(newer.ends_with("; Max-Age=43200; Path=/; HttpOnly; SameSite=Strict"), "{newer}");
    assert_eq!(me(&kept(&newer)).await.status(), 200);
    let days: f64 =
        sqlx::query_scalar("select extract(epoch from max(expires_at) - now())::float8 / 86400 from sessions")
            .fetch_one(&server.world.owner)
            .await
            .unwrap();
    assert!(days > 29.0, "the session behind it goes on, too: {days}");
    assert_eq!(me(&aged(&cookie, 12 * 3600 + 120)).await.status(), 401, "it has ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_sets_a_first_password() {
    let server = Server::start().await;
    let admin = entered(&server, "admin").await;
    let invite = json!({"email": "nora@demo.example", "name": "Nora Neu", "roles": ["sales"]});
    let made = page(&server, Method::POST, "/api/v1/directory/users", &admin)
        .header("accept-encoding", "gzip")
        .json(&invite)
        .send()
        .await
        .unwrap();
    assert!(!made.headers().contains_key("content-encoding"), "there is a secret in it");
    let link = body(made).await["setup_link"].clone();
    let set = json!({"token": link, "password": "correct horse"});
    let answer = page(&server, Method::POST, SESSION, "").json(&set).send().await.unwrap();
    let cookie = kept(&cookie_set(&answer));
    assert_eq!(body(answer).await["email"], "nora@demo.example");
    assert_eq!(status(page(&server, Method::GET, "/api/v1/tools", &cookie)).await, 200);
    let again = page(&server, Method::POST, SESSION, "").json(&set).send().await.unwrap();
    assert_eq!(refused(again).await, (401, "invalid_link".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_of_ours_the_cookie_is_for_encrypted_pages_only() {
    let proxies = Proxies::new(["127.0.0.1".parse().unwrap()]);
    let server = Server::behind(Metrics::default(), proxies, Web::default()).await;
    let encrypted = |request: RequestBuilder| request.header("x-forwarded-proto", "https");
    let answer = encrypted(page(&server, Method::POST, SESSION, "")).json(&who("sales", "demo")).send().await.unwrap();
    let set = cookie_set(&answer);
    assert!(set.starts_with("__Host-steward_session=ey") && set.ends_with("; SameSite=Strict; Secure"), "{set}");
    let cookie = kept(&set);
    assert_eq!(status(encrypted(page(&server, Method::GET, "/api/v1/auth/me", &cookie))).await, 200);
    let planted = cookie.trim_start_matches("__Host-");
    assert_eq!(status(encrypted(page(&server, Method::GET, "/api/v1/auth/me", planted))).await, 401);
    let alone = Server::start().await;
    let told = encrypted(page(&alone, Method::POST, SESSION, "")).json(&who("sales", "demo")).send().await.unwrap();
    assert!(!cookie_set(&told).contains("Secure"), "nobody else is believed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_takes_the_cookie_from_our_pages() {
    let server = Server::start().await;
    let cookie = entered(&server, "accountant").await;
    let open = async |origin: &str, cookie: &str| {
        let url = server.url.replace("http", "ws") + "/api/v1/agent/ws";
        let mut request = url.into_client_request().unwrap();
        request.headers_mut().insert("origin", origin.parse().unwrap());
        request.headers_mut().insert("cookie", cookie.parse().unwrap());
        connect_async(request).await
    };
    let (mut socket, _) = open(&server.url, &cookie).await.unwrap();
    let said = json!({"threadId": uuid::Uuid::now_v7(), "runId": "1", "messages": [{"id": "1", "role": "user", "content": "list customers"}]});
    socket.send(Message::text(said.to_string())).await.unwrap();
    let mut heard = String::new();
    while !heard.contains("RUN_FINISHED") {
        heard.push_str(socket.next().await.unwrap().unwrap().to_text().unwrap());
    }
    assert!(open("https://evil.example", &cookie).await.is_err());
    assert!(open(&server.url, "steward_session=nonsense").await.is_err());
}

fn app() -> Web {
    let long = "console.log('steward');\n".repeat(200);
    let files = [
        (
            "index.html",
            "<!doctype html><head><meta name=\"csp-nonce\" content=\"\" /></head><div id=root></div>".to_owned(),
        ),
        ("assets/index-abc.js", long.clone()),
        ("assets/index-abc.js.gz", "pretend gzip".to_owned()),
        ("assets/index-abc.js.br", "pretend brotli".to_owned()),
        ("assets/plain-def.css", "a{}".to_owned()),
        ("favicon.svg", "<svg/>".to_owned()),
        (".vite/manifest.json", "{}".to_owned()),
    ];
    Web::of(files.into_iter().map(|(name, text)| (name.to_owned(), Cow::Owned(text.into_bytes()))))
}

async fn with_app() -> Server {
    Server::behind(Metrics::default(), Proxies::default(), app()).await
}

async fn got(server: &Server, method: Method, path: &str, headers: &[(&str, &str)]) -> (u16, HeaderMap, String) {
    let request = server.client.request(method, format!("{}{path}", server.url));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.headers().clone(), answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_of_a_page_is_the_page_and_nothing_else_is() {
    let server = with_app().await;
    let html = [("accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")];
    for path in
        ["/", "/setup", "/accounting/invoices?overdue=true", "/accounting/invoices/INV-2026-00001", "/index.html"]
    {
        let (status, headers, page) = got(&server, Method::GET, path, &html).await;
        assert_eq!((status, headers["content-type"].to_str().unwrap()), (200, "text/html; charset=utf-8"), "{path}");
        assert!(page.contains("id=root") && headers["cache-control"] == "no-cache", "{path}");
    }
    for path in
        ["/api/v1/nothing", "/v1/nothing", "/assets/nothing.js", "/docs/nothing", "/.well-known/nothing", "/mcp"]
    {
        let (status, headers, _) = got(&server, Method::GET, path, &html).await;
        assert_eq!((status, headers["content-type"].to_str().unwrap()), (404, "application/problem+json"), "{path}");
    }
    assert_eq!(got(&server, Method::GET, "/setup", &[("accept", "application/json")]).await.0, 404);
    assert_eq!(got(&server, Method::POST, "/setup", &html).await.0, 404);
    let (status, headers, text) = got(&server, Method::HEAD, "/setup", &html).await;
    assert_eq!(
        (status, text.as_str(), headers["content-type"].to_str().unwrap()),
        (200, "", "text/html; charset=utf-8")
    );
    let without = Server::start().await;
    assert!(got(&without, Method::GET, "/", &html).await.2.contains("<code>make run</code> builds it"));
    assert_eq!(got(&without, Method::GET, "/setup", &html).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_lets_nothing_in_and_carries_a_nonce_of_its_own() {
    let server = with_app().await;
    let nonce = async || {
        let (_, headers, page) = got(&server, Method::GET, "/", &[]).await;
        let nonce = page.split("content=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let policy = headers["content-security-policy"].to_str().unwrap().to_owned();
        assert!(nonce.len() == 32 && policy.contains(&format!("style-src 'self' 'nonce-{nonce}';")), "{policy}");
        (nonce, policy, headers)
    };
    let ((one, policy, headers), (other, ..)) = (nonce().await, nonce().await);
    assert_ne!(one, other);
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; ") && policy.contains("frame-ancestors 'none'"));
    assert!(
        !policy.contains("unsafe-eval") && !policy.contains("http") && policy.matches("'unsafe-inline'").count() == 1
    );
    assert!(policy.contains("style-src-attr 'unsafe-inline'"));
    for (name, value) in [
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(headers[name], value, "{name}");
    }
    assert!(headers["permissions-policy"].to_str().unwrap().contains("camera=()"));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_the_app_are_kept_and_come_compressed() {
    let server = with_app().await;
    let script = "/assets/index-abc.js";
    let (status, headers, text) = got(&server, Method::GET, script, &[]).await;
    assert!(status == 200 && text.starts_with("console.log") && !headers.contains_key("content-encoding"));
    assert_eq!(headers["content-type"], "text/javascript; charset=utf-8");
    assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(
        (headers["vary"].to_str().unwrap(), headers["x-content-type-options"].to_str().unwrap()),
        ("accept-encoding", "nosniff")
    );
    let plain = headers["etag"].clone();
    for (accepted, encoding, expected) in [("gzip", "gzip", "pretend gzip"), ("gzip, br", "br", "pretend brotli")] {
        let (status, headers, text) = got(&server, Method::GET, script, &[("accept-encoding", accepted)]).await;
        assert_eq!((status, text.as_str(), headers["content-encoding"].to_str().unwrap()), (200, expected, encoding));
        assert_ne!(headers["etag"], plain);
    }
    let known = [("if-none-match", plain.to_str().unwrap())];
    let (status, headers, text) = got(&server, Method::GET, script, &known).await;
    assert_eq!((status, text.as_str(), &headers["etag"]), (304, "", &plain));
    let (status, headers, text) = got(&server, Method::HEAD, script, &[]).await;
    assert_eq!((status, text.as_str(), headers["content-length"].to_str().unwrap()), (200, "", "4800"));
    assert_eq!(
        got(&server, Method::GET, "/assets/plain-def.css", &[]).await.1["content-type"],
        "text/css; charset=utf-8"
    );
    let (_, headers, _) = got(&server, Method::GET, "/favicon.svg", &[]).await;
    assert_eq!(
        (&headers["content-type"], &headers["cache-control"]),
        (&"image/svg+xml".parse().unwrap(), &"public, max-age=300".parse().unwrap())
    );
    for none in ["/.vite/manifest.json", "/assets/index-abc.js.gz", "/assets/../index.html.bak", "/assets/"] {
        assert_eq!(got(&server, Method::GET, none, &[("accept", "*/*")]).await.0, 404, "{none}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn long_answers_are_compressed_and_the_catalogue_is_sent_once() {
    let server = Server::start().await;
    let cookie = entered(&server, "sales").await;
    let cookie = cookie.as_str();
    let (gzip, ours) = (("accept-encoding", "gzip"), ("sec-fetch-site", "same-origin"));
    let (status, headers, _) = got(&server, Method::GET, "/api/v1/tools", &[("cookie", cookie), ours]).await;
    assert!(status == 200 && !headers.contains_key("content-encoding"));
    assert_eq!(headers["cache-control"], "private, no-cache");
    let etag = headers["etag"].to_str().unwrap();
    let known = [("cookie", cookie), ours, gzip, ("if-none-match", etag)];
    let (status, headers, text) = got(&server, Method::GET, "/api/v1/tools", &known).await;
    assert_eq!((status, text.as_str(), headers["etag"].to_str().unwrap()), (304, "", etag));
    let staff = server.token("staff").await;
    let other =
        server.request(Method::GET, "/api/v1/tools", &staff).header("if-none-match", etag).send().await.unwrap();
    assert_eq!(other.status(), 200, "somebody else has another list");

    let compressed = async |path: &str| {
        let (status, headers, _) = zipped(&server, path, cookie).await;
        assert_eq!(status, 200, "{path}");
        headers.contains_key("content-encoding")
    };
    assert!(compressed("/api/v1/tools").await && compressed("/openapi.json").await && compressed("/docs").await);
    assert!(compressed("/api/v1/directory/parties").await);
    assert!(!compressed("/api/v1/directory/parties?limit=1").await, "too short");
    assert!(!compressed("/api/v1/auth/me").await);
    let said = json!({"threadId": uuid::Uuid::now_v7(), "runId": "1", "messages": [{"id": "1", "role": "user", "content": "list customers"}]});
    let run = page(&server, Method::POST, "/api/v1/agent/run", cookie).header("accept-encoding", "gzip").json(&said);
    let run = run.send().await.unwrap();
    assert!(run.status() == 200 && !run.headers().contains_key("content-encoding"), "events leave when they happen");
    assert!(run.text().await.unwrap().contains("RUN_FINISHED"));
}

async fn zipped(server: &Server, path: &str, cookie: &str) -> (u16, HeaderMap, Vec<u8>) {
    let request = page(server, Method::GET, path, cookie).header("accept-encoding", "gzip");
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.headers().clone(), answer.bytes().await.unwrap().to_vec())
}
