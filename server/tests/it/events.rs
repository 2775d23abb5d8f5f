//! What changes, as it happens: told to those who may look, and to nobody else.

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::http::{Server, body, refused};

/// A stream of events, read as they come.
struct Heard {
    response: Response,
    text: String,
}

impl Heard {
    async fn open(server: &Server, token: &str) -> Self {
        let response = server.get("/api/v1/events", token).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut heard = Self { response, text: String::new() };
        // the first that is told is what waits: from then on it listens
        heard.until("approvals", |_| true).await;
        heard
    }

    /// The next event; none at the end.
    async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let line = |key: &str| block.lines().find_map(|line| line.strip_prefix(key)).map(str::to_owned);
                let (event, data) = (line("event: "), line("data: "));
                self.text = rest.to_owned();
                if let (Some(event), Some(data)) = (event, data) {
                    return Some((event, serde_json::from_str(&data).unwrap()));
                }
                continue;
            }
            match self.response.chunk().await {
                Ok(Some(bytes)) => self.text.push_str(std::str::from_utf8(&bytes).unwrap()),
                Ok(None) | Err(_) => return None,
            }
        }
    }

    /// Waits for an event; answers it, and the names of what was changed before it.
    async fn until(&mut self, name: &str, wanted: impl Fn(&Value) -> bool) -> (Value, Vec<String>) {
        let mut changed = Vec::new();
        loop {
            let (event, data) = self.next().await.unwrap();
            if event == "changed" {
                changed.extend(data["entities"].as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()));
            }
            if event == name && wanted(&data) {
                return (data, changed);
            }
        }
    }

    async fn until_changed(&mut self, entity: &str) -> Vec<String> {
        self.until("changed", |data| data["entities"].as_array().unwrap().contains(&json!(entity))).await.1
    }
}

async fn party(server: &Server, token: &str, name: &str) {
    let input = json!({"name": name, "kinds": ["customer"]});
    assert_eq!(server.post("/api/v1/directory/parties", token, &input).await.status(), StatusCode::CREATED);
}

async fn payment(server: &Server, token: &str, amount: &str) -> Value {
    let money = json!({"customer": "Globex Industries SE", "amount": amount});
    body(server.post("/api/v1/tools/accounting.payments.receive", token, &money).await).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_does_others_hear() {
    let server = Server::start().await;
    let (accountant, sales) = (server.token("accountant").await, server.token("sales").await);
    let mut heard = Heard::open(&server, &accountant).await;
    party(&server, &sales, "Heard GmbH").await;
    heard.until_changed("directory.parties").await;
    // a preview, a read and a refusal are no news; what is settled shows on the invoice
    let preview = json!({"name": "Not Heard GmbH", "kinds": ["customer"]});
    server.post("/api/v1/directory/parties?dry_run=true", &sales, &preview).await;
    server.get("/api/v1/directory/parties", &sales).await;
    assert_eq!(payment(&server, &accountant, "10").await["status"], "done");
    let changed = heard.until_changed("accounting.payments").await;
    assert!(!changed.contains(&"directory.organizations".to_owned()), "{changed:?}");
}

/// People hear of what they may look at: each waits for something that comes after what they must not hear of.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_hears_of_what_they_may_not_look_at() {
    let server = Server::start().await;
    let (admin, rival) = (server.token("admin").await, server.token("admin@rival.example").await);
    let mut others = Heard::open(&server, &rival).await;
    let mut vendor = Heard::open(&server, &server.token("vendor").await).await;
    let mut staff = Heard::open(&server, &server.token("staff").await).await;
    assert_eq!(payment(&server, &server.token("accountant").await, "10").await["status"], "done");
    party(&server, &admin, "A Customer").await;
    party(&server, &rival, "A Rival's Customer").await;
    // the other organisation hears of its own only
    let changed = others.until_changed("directory.parties").await;
    assert!(changed.iter().all(|entity| entity == "directory.parties"), "{changed:?}");
    // a vendor hears of its own party, and of nobody else's
    let me = body(server.get("/api/v1/auth/me", &server.token("vendor").await).await).await;
    let own = format!("/api/v1/directory/parties/{}/archive", me["party"].as_str().unwrap());
    let token = server.token("staff").await;
    for entity in staff.until_changed("directory.parties").await {
        let list = server.get(&format!("/api/v1/{}", entity.replace('.', "/")), &token).await;
        assert_eq!(list.status(), StatusCode::OK, "{entity}");
    }
    let archived = server.post(&own, &admin, &json!({})).await;
    assert_eq!(archived.status(), StatusCode::OK, "{}", archived.text().await.unwrap());
    assert_eq!(vendor.until_changed("directory.parties").await, ["directory.parties"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn approvals_are_counted_and_what_came_of_them_is_told() {
    let server = Server::start().await;
    let (accountant, controller) = (server.token("accountant").await, server.token("controller").await);
    let mut asks = Heard::open(&server, &accountant).await;
    let mut decides = Heard::open(&server, &controller).await;
    let waits = payment(&server, &accountant, "20000").await;
    let id = waits["approval"]["id"].as_str().unwrap();
    let (more, _) = decides.until("approvals", |_| true).await;
    let count = more["waiting"].as_u64().unwrap();
    assert!(count >= 1);
    let inbox = body(server.get("/api/v1/approvals?for=decision", &controller).await).await;
    assert_eq!(inbox["items"].as_array().unwrap().len() as u64, count);
    let no = json!({"decision": "reject", "note": "twice"});
    assert_eq!(server.post(&format!("/api/v1/approvals/{id}"), &controller, &no).await.status(), StatusCode::OK);
    let (outcome, _) = asks.until("decided", |_| true).await;
    assert_eq!((&outcome["id"], &outcome["status"]), (&json!(id), &json!("rejected")));
    assert!(
        outcome["title"].as_str().unwrap().contains("20,000.00")
            || outcome["title"].as_str().unwrap().contains("20000")
    );
    let (fewer, _) = decides.until("approvals", |_| true).await;
    assert_eq!(fewer["waiting"], json!(count - 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_is_heard_too() {
    let server = Server::start().await;
    let mut heard = Heard::open(&server, &server.token("accountant").await).await;
    // the same database behind another gate, which this server's knows nothing of
    let elsewhere = server.world.gate_with(&[]);
    let sales = server.world.person("sales").await;
    let call = steward_tools::Call {
        name: "directory.parties.create".to_owned(),
        arguments: json!({"name": "Elsewhere GmbH", "kinds": ["customer"]}),
    };
    let plan = steward_tools::Plan::one(call);
    elsewhere.submit(&sales, plan, steward_tools::Options::default()).await.unwrap();
    heard.until_changed("directory.parties").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_the_session() {
    let server = Server::start().await;
    let token = server.token("hr").await;
    let mut heard = Heard::open(&server, &token).await;
    server.post("/api/v1/auth/logout", &token, &json!({})).await;
    while heard.next().await.is_some() {}
    assert_eq!(server.get("/api/v1/events", &token).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(server.get("/api/v1/events", "").await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_listens_through_a_few_streams() {
    let server = Server::start().await;
    let token = server.token("manager").await;
    let mut streams = Vec::new();
    for _ in 0..8 {
        streams.push(Heard::open(&server, &token).await);
    }
    let ninth = server.get("/api/v1/events", &token).await;
    assert!(ninth.headers().contains_key("retry-after"));
    assert_eq!(refused(ninth).await, (429, "too_many_streams".into()));
    Heard::open(&server, &server.token("sales").await).await;
    drop(streams);
    // the server notices that nobody reads
    while server.get("/api/v1/events", &token).await.status() != StatusCode::OK {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}
