//! Signing in, staying signed in and leaving, as programs outside meet it.

use std::time::{Duration, Instant};

use futures::{SinkExt as _, StreamExt as _};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

use crate::http::{Server, body, refused};

async fn post(server: &Server, path: &str, what: &Value) -> reqwest::Response {
    server.client.post(format!("{}{path}", server.url)).json(what).send().await.unwrap()
}

async fn opened(server: &Server, email: &str, password: &str) -> Value {
    let who = json!({"organization": "demo", "email": email, "password": password});
    let answer = post(server, "/api/v1/auth/token", &who).await;
    assert_eq!(answer.status(), StatusCode::OK);
    body(answer).await
}

async fn may(server: &Server, token: &Value) -> u16 {
    server.get("/api/v1/directory/parties?limit=1", token.as_str().unwrap()).await.status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_good_once_and_its_reuse_ends_the_session() {
    let server = Server::start().await;
    let first = opened(&server, "staff@demo.example", "demo").await;
    let renew = async |token: &Value| post(&server, "/api/v1/auth/refresh", &json!({"refresh_token": token})).await;
    let second = body(renew(&first["refresh_token"]).await).await;
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    assert_eq!((may(&server, &first["access_token"]).await, may(&server, &second["access_token"]).await), (200, 200));
    assert_eq!(refused(renew(&first["refresh_token"]).await).await, (401, "session_ended".into()));
    assert_eq!(
        refused(renew(&second["refresh_token"]).await).await,
        (401, "session_ended".into()),
        "the thief and the robbed"
    );
    assert_eq!(may(&server, &second["access_token"]).await, 401);
    assert_eq!(refused(renew(&json!("str_nonsense")).await).await, (401, "session_ended".into()));
    // two at the same moment: never two that go on
    let third = opened(&server, "staff@demo.example", "demo").await;
    let (one, other) = tokio::join!(renew(&third["refresh_token"]), renew(&third["refresh_token"]));
    assert!(one.status() != StatusCode::OK || other.status() != StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_ends_this_session_everywhere_and_no_other() {
    let server = Server::start().await;
    let (here, there) =
        (opened(&server, "sales@demo.example", "demo").await, opened(&server, "sales@demo.example", "demo").await);
    let token = here["access_token"].as_str().unwrap();
    assert_eq!(server.post("/api/v1/auth/logout", token, &json!({})).await.status(), StatusCode::NO_CONTENT);
    for (method, path) in [
        (Method::GET, "/api/v1/directory/parties"),
        (Method::GET, "/api/v1/auth/me"),
        (Method::GET, "/api/v1/tools"),
        (Method::GET, "/api/v1/approvals"),
        (Method::GET, "/api/v1/conversations"),
        (Method::POST, "/api/v1/auth/logout"),
    ] {
        assert_eq!(
            server.request(method, path, token).send().await.unwrap().status(),
            StatusCode::UNAUTHORIZED,
            "{path}"
        );
    }
    assert_eq!(
        refused(post(&server, "/api/v1/auth/refresh", &json!({"refresh_token": here["refresh_token"]})).await).await.0,
        401
    );
    assert_eq!(may(&server, &there["access_token"]).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_wrong_passwords_wait_and_nothing_is_learnt_meanwhile() {
    let server = Server::start().await;
    let attempt = async |email: &str, password: &str| {
        post(&server, "/api/v1/auth/token", &json!({"organization": "demo", "email": email, "password": password}))
            .await
    };
    for email in ["hr@demo.example", "ghost@demo.example"] {
        for _ in 0..5 {
            assert_eq!(refused(attempt(email, "wrong").await).await, (401, "wrong_credentials".into()));
        }
        let answer = attempt(email, "demo").await;
        assert_eq!(answer.headers()["retry-after"], answer.headers()["ratelimit-reset"]);
        assert_eq!(
            (&answer.headers()["ratelimit-limit"], &answer.headers()["ratelimit-remaining"]),
            (&"5".parse().unwrap(), &"0".parse().unwrap())
        );
        assert_eq!(refused(answer).await, (429, "too_many_attempts".into()), "{email}: a right password too");
    }
    opened(&server, "sales@demo.example", "demo").await;
    for _ in 0..30 {
        opened(&server, "staff@demo.example", "demo").await; // successes do not count
    }
    for i in 0..40 {
        attempt(&format!("ghost{i}@demo.example"), "wrong").await;
    }
    assert_eq!(refused(attempt("sales@demo.example", "demo").await).await.0, 429, "the address waits too");
    let link = post(&server, "/api/v1/auth/redeem", &json!({"token": "x", "password": "correct horse"})).await;
    assert_eq!(refused(link).await.0, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_over_rest() {
    let server = Server::start().await;
    let admin = server.token("admin").await;
    let invite = json!({"email": "nora@demo.example", "name": "Nora Neu", "roles": ["sales"]});
    let preview = body(server.post("/api/v1/tools/directory.users.create?dry_run=true", &admin, &invite).await).await;
    assert_eq!(preview["result"]["setup_link"], "•••");
    let made = server.post("/api/v1/directory/users", &admin, &invite).await;
    assert_eq!(made.status(), StatusCode::CREATED);
    let made = body(made).await;
    let redeemed =
        post(&server, "/api/v1/auth/redeem", &json!({"token": made["setup_link"], "password": "correct horse"})).await;
    assert_eq!(redeemed.status(), StatusCode::OK);
    let session = body(redeemed).await;
    assert_eq!(session["token_type"], "Bearer");
    let me = body(server.get("/api/v1/auth/me", session["access_token"].as_str().unwrap()).await).await;
    assert_eq!(me["email"], "nora@demo.example");
    let patch =
        server.request(Method::PATCH, &format!("/api/v1/directory/users/{}", made["id"].as_str().unwrap()), &admin);
    assert_eq!(
        refused(patch.json(&json!({"roles": ["staff"]})).send().await.unwrap()).await,
        (428, "version_required".into())
    );
    assert_eq!(
        server
            .post(
                "/api/v1/directory/users/change_password",
                &admin,
                &json!({"current": "demo", "new": "correct horse"})
            )
            .await
            .status(),
        StatusCode::OK
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_opens_every_door_but_approvals() {
    let server = Server::start().await;
    let token = server.token("accountant").await;
    let made =
        body(server.post("/api/v1/directory/api_keys", &token, &json!({"name": "report", "scopes": ["read"]})).await)
            .await;
    let key = made["key"].as_str().unwrap();
    for path in [
        "/api/v1/auth/me",
        "/api/v1/directory/parties?limit=1",
        "/api/v1/tools",
        "/api/v1/approvals",
        "/api/v1/conversations",
    ] {
        assert_eq!(server.get(path, key).await.status(), StatusCode::OK, "{path}");
    }
    let tools = body(server.get("/api/v1/tools", key).await).await;
    assert!(tools.as_array().unwrap().iter().all(|tool| tool["effect"] == "read"));
    let write =
        server.post("/api/v1/directory/parties", key, &json!({"name": "Neu GmbH", "kinds": ["customer"]})).await;
    assert_eq!(refused(write).await, (403, "forbidden".into()));
    let decision =
        server.post(&format!("/api/v1/approvals/{}", uuid::Uuid::now_v7()), key, &json!({"decision": "approve"})).await;
    assert_eq!(refused(decision).await, (403, "needs_person".into()));
    assert_eq!(refused(server.post("/api/v1/auth/logout", key, &json!({})).await).await, (403, "needs_person".into()));
    let used =
        async || body(server.get("/api/v1/directory/api_keys", &token).await).await["items"][0]["last_used_at"].clone();
    let patience = Instant::now() + Duration::from_secs(5);
    while used().await.is_null() && Instant::now() < patience {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(!used().await.is_null(), "its use is noted soon");
    let gone = server
        .post(&format!("/api/v1/directory/api_keys/{}/revoke", made["id"].as_str().unwrap()), &token, &json!({}))
        .await;
    assert_eq!(gone.status(), StatusCode::OK);
    for path in ["/api/v1/auth/me", "/api/v1/directory/parties", "/api/v1/tools"] {
        assert_eq!(refused(server.get(path, key).await).await.0, 401, "{path}");
    }
    for other in ["stw_", "stw_00000000_0", &key[..key.len() - 1], &format!("{key}0")] {
        assert_eq!(refused(server.get("/api/v1/auth/me", other).await).await.0, 401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_conversation_ends_when_its_person_is_shut_out() {
    let server = Server::start().await;
    let admin = server.token("admin").await;
    for (who, name, change) in [
        ("staff", "disable", json!({})),
        ("sales", "update", json!({"version": 1, "roles": ["staff"]})),
        ("hr", "reset_password", json!({})),
    ] {
        let token = server.token(who).await;
        let (mut socket, _) =
            connect_async(format!("{}/api/v1/agent/ws", server.url.replace("http", "ws"))).await.unwrap();
        socket.send(Message::text(json!({"type": "auth", "token": token}).to_string())).await.unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
        let user = format!("/api/v1/directory/users/{who}@demo.example");
        let done = match name {
            "update" => server.request(Method::PATCH, &user, &admin).json(&change).send().await.unwrap(),
            verb => server.post(&format!("{user}/{verb}"), &admin, &change).await,
        };
        assert_eq!(done.status(), StatusCode::OK, "{who}");
        let since = Instant::now();
        let closed = tokio::time::timeout(Duration::from_secs(5), async {
            let mut told = String::new();
            loop {
                match socket.next().await {
                    Some(Ok(Message::Text(text))) => told.push_str(&text),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break told,
                    Some(Ok(_)) => {}
                }
            }
        });
        let told = closed.await.unwrap_or_else(|_| panic!("{who} still listens after {:?}", since.elapsed()));
        assert!(told.contains("unauthenticated"), "{told}");
    }
}

/// Where the token itself is good, and whom it names is not.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_nobody_opens_nothing() {
    let server = Server::start().await;
    let session = opened(&server, "manager@demo.example", "demo").await;
    assert_eq!(may(&server, &session["access_token"]).await, 200);
    sqlx::query("delete from sessions").execute(&server.world.owner).await.unwrap();
    assert_eq!(may(&server, &session["access_token"]).await, 401, "its session is gone");
    for forged in ["", "Bearer", "null", "undefined", "eyJhbGciOiJub25lIn0.e30.", "a.b.c"] {
        assert_eq!(may(&server, &json!(forged)).await, 401, "{forged}");
    }
}
