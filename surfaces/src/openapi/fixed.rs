//! The routes that are the same whatever the catalogue holds.

use schemars::JsonSchema;
use serde_json::{Value, json};
use steward_agent::{ConversationDetail, ConversationRow};
use steward_tools::{Answer, ApprovalRow, Catalogue, Decision, FoundRecord, Kind, Tool};

use super::schemas::Schemas;
use super::shared::{json_content, problems, reference};
use super::{derived, refusals};
use crate::agui::RunAgentInput;
use crate::approvals::{Comment, Decided, Deciding, Delegate, SIDES, STATUSES};
use crate::auth::{Me, Token, WithLink, WithPassword, WithRefreshToken};
use crate::calls;
use crate::events::{Approvals, Changed, Outcome};
use crate::health::Health;
use crate::plans::Asking;
use crate::problem::Document;
use crate::reply::Whole;

type Described = (&'static str, &'static str, Value);

/// What these routes are about, in the order of a first visit.
pub(super) const TAGS: [(&str, &str); 9] = [
    ("auth", "Signing in, staying signed in, leaving."),
    ("tools", "Every operation by its name, with its arguments in the body: what a program or a model calls."),
    ("plans", "Several calls as one: one preview, one approval, one transaction, one undo."),
    ("approvals", "What waits for somebody's yes."),
    ("calls", "The record of what happened, and taking it back."),
    ("records", "Finding a record of any kind while somebody types."),
    ("events", "What changes, as it happens."),
    ("agent", "Conversations, over AG-UI."),
    ("health", "Whether the server lives and serves, and this document."),
];

pub(super) fn operations(schemas: &mut Schemas, catalogue: &Catalogue) -> Vec<Described> {
    // every refusal is one of these
    schemas.answer::<Document<'static>>();
    let mut all = signing_in(schemas);
    all.extend(running(schemas));
    all.extend(inbox(schemas));
    all.extend(deciding(schemas));
    all.extend(record(schemas, catalogue));
    all.push(records(schemas, catalogue));
    all.push(events(schemas));
    all.extend(talking(schemas));
    all.extend(conversations_of(schemas));
    all.extend(health(schemas));
    all
}

/// An operation object with one good answer.
fn described(id: &str, tag: &str, summary: &str, answer: Value) -> Value {
    let mut responses = refusals::of(&refusals::SIGNED_IN);
    responses.insert("200".to_owned(), json!({"description": "Done.", "content": json_content(answer)}));
    responses.insert("default".to_owned(), problems());
    json!({"operationId": id, "tags": [tag], "summary": summary, "parameters": [], "responses": responses})
}

fn with_body(mut operation: Value, body: Value) -> Value {
    operation["requestBody"] = json!({"required": true, "content": json_content(body)});
    refused(operation, &[Kind::TooLarge])
}

fn refused(mut operation: Value, kinds: &[Kind]) -> Value {
    for (status, response) in refusals::of(kinds) {
        operation["responses"][status] = response;
    }
    operation
}

fn with_path(mut operation: Value, name: &str, what: &str) -> Value {
    let parameter =
        json!({"name": name, "in": "path", "required": true, "description": what, "schema": {"type": "string"}});
    if let Some(parameters) = operation["parameters"].as_array_mut() {
        parameters.push(parameter);
    }
    refused(operation, &[Kind::NotFound])
}

fn with_query(mut operation: Value, name: &str, what: &str, words: &[&str]) -> Value {
    let parameter =
        json!({"name": name, "in": "query", "required": false, "description": what, "schema": {"enum": words}});
    if let Some(parameters) = operation["parameters"].as_array_mut() {
        parameters.push(parameter);
    }
    operation
}

/// May be previewed, is done once for a key, and may have to wait for a yes.
fn as_write(mut operation: Value) -> Value {
    if let Some(parameters) = operation["parameters"].as_array_mut() {
        parameters.extend([reference("parameters", "DryRun"), reference("parameters", "IdempotencyKey")]);
    }
    operation["responses"]["202"] = reference("responses", "NeedsApproval");
    refused(operation, &[Kind::Conflict])
}

/// Answers nothing but that it is done.
fn without_answer(mut operation: Value, what: &str) -> Value {
    if let Some(responses) = operation["responses"].as_object_mut() {
        responses.remove("200");
        responses.insert("204".to_owned(), json!({"description": what}));
    }
    operation
}

fn without_sign_in(mut operation: Value) -> Value {
    operation["security"] = json!([]);
    if let Some(responses) = operation["responses"].as_object_mut() {
        responses.remove(&Kind::Unauthenticated.status().to_string());
        responses.remove(&Kind::Forbidden.status().to_string());
    }
    operation
}

fn opens<T: JsonSchema>(schemas: &mut Schemas, id: &str, summary: &str) -> Value {
    let operation = described(id, "auth", summary, schemas.answer::<Token<'static>>());
    let operation = with_body(without_sign_in(operation), schemas.request::<T>());
    refused(operation, &[Kind::Unauthenticated, Kind::Throttled])
}

/// A browser comes in.
fn enters(schemas: &mut Schemas) -> Value {
    let mut operation = described("enter", "auth", "Sign in from a browser", schemas.answer::<Me<'static>>());
    operation["description"] = json!(
        "By a password, or by a one-time link and the password that it sets. The session is kept in a cookie that no script reads. Only pages of this server may ask: by Sec-Fetch-Site, or else by Origin."
    );
    let cookie = json!({"description": "The session.", "schema": {"type": "string"}});
    operation["responses"]["200"]["headers"] = json!({"Set-Cookie": cookie});
    let who = [schemas.request::<WithPassword>(), schemas.request::<WithLink>()];
    let operation = with_body(without_sign_in(operation), json!({"oneOf": who}));
    refused(operation, &[Kind::Unauthenticated, Kind::Forbidden, Kind::Throttled])
}

/// And leaves.
fn leaves() -> Value {
    let operation = described("leave", "auth", "Sign out of a browser", json!({}));
    let operation = without_sign_in(without_answer(operation, "The session has ended, and the cookie is taken back."));
    refused(operation, &[Kind::Forbidden])
}

fn signing_in(schemas: &mut Schemas) -> Vec<Described> {
    let leave = described("sign_out", "auth", "End this session: its tokens are dead at once", json!({}));
    let me = described("me", "auth", "Who is signed in", schemas.answer::<Me<'static>>());
    vec![
        ("/api/v1/auth/token", "post", opens::<WithPassword>(schemas, "sign_in", "Sign in")),
        (
            "/api/v1/auth/refresh",
            "post",
            opens::<WithRefreshToken>(schemas, "refresh", "Go on with a session; the token is good once"),
        ),
        (
            "/api/v1/auth/redeem",
            "post",
            opens::<WithLink>(schemas, "redeem", "Set a password by a one-time link, and sign in"),
        ),
        ("/api/v1/auth/session", "post", enters(schemas)),
        ("/api/v1/auth/session", "delete", leaves()),
        ("/api/v1/auth/logout", "post", without_answer(leave, "Ended.")),
        ("/api/v1/auth/me", "get", me),
    ]
}

fn running(schemas: &mut Schemas) -> Vec<Described> {
    let (answer, tools) = (schemas.answer::<Answer>(), schemas.answer::<Vec<Tool>>());
    let call = described("call_tool", "tools", "Run an operation, or preview it", answer.clone());
    let mut call = with_body(as_write(call), json!({"type": "object"}));
    call["description"] = json!("The body has the arguments, as GET /api/v1/tools describes them.");
    call["requestBody"]["required"] = json!(false);
    let call = with_path(call, "name", "An operation's name, or its tool name.");
    let plan = described("submit_plan", "plans", "Run several calls as one", answer.clone());
    let plan = with_body(as_write(plan), schemas.request::<Asking>());
    let undo = as_write(described("undo_plan", "plans", "Take a plan back", answer));
    vec![
        ("/api/v1/tools", "get", described("list_tools", "tools", "The operations that you may use", tools)),
        ("/api/v1/tools/{name}", "post", call),
        ("/api/v1/plans", "post", plan),
        ("/api/v1/plans/{id}/undo", "post", with_path(undo, "id", "The plan.")),
    ]
}

fn inbox(schemas: &mut Schemas) -> Vec<Described> {
    let (approval, all) = (schemas.answer::<ApprovalRow>(), schemas.answer::<Whole<ApprovalRow>>());
    let one = described("get_approval", "approvals", "What waits for a decision", approval.clone());
    let list = described("list_approvals", "approvals", "What you may decide or have asked for", all);
    let list = with_query(list, "status", "The waiting ones unless told.", &STATUSES);
    let list = with_query(list, "for", "Only what you may decide now, or only what you asked for.", &SIDES);
    let comment = described("comment_approval", "approvals", "Say something about it", approval.clone());
    let comment = with_body(with_path(comment, "id", "The approval."), schemas.request::<Comment>());
    let delegate = described("delegate_approval", "approvals", "Hand it to a role", approval);
    let delegate = with_body(with_path(delegate, "id", "The approval."), schemas.request::<Delegate>());
    vec![
        ("/api/v1/approvals", "get", list),
        ("/api/v1/approvals/{id}/comments", "post", refused(comment, &[Kind::Conflict])),
        ("/api/v1/approvals/{id}/delegate", "post", refused(delegate, &[Kind::Conflict])),
        ("/api/v1/approvals/{id}", "get", with_path(one, "id", "The approval.")),
    ]
}

fn deciding(schemas: &mut Schemas) -> Vec<Described> {
    let summary = "Approve or reject; only a signed-in person does";
    let decide = described("decide_approval", "approvals", summary, schemas.answer::<Answer>());
    let decide = with_body(with_path(decide, "id", "The approval."), schemas.request::<Decision>());
    let several = schemas.answer::<Whole<Decided>>();
    let several = described("decide_approvals", "approvals", "Decide several, each by itself", several);
    vec![
        ("/api/v1/approvals", "post", with_body(several, schemas.request::<Deciding>())),
        ("/api/v1/approvals/{id}", "post", refused(decide, &[Kind::Conflict])),
    ]
}

/// Parameters of a list that is wanted as a file.
const FILES: [&str; 2] = ["Format", "Columns"];

/// What the operations behind it take and answer is theirs to say.
fn behind(catalogue: &Catalogue, name: &str, id: &str, summary: &str) -> Value {
    let mut operation = described(id, "calls", summary, json!({"type": "object"}));
    if let Some(entry) = catalogue.get(name) {
        let (_, _, derived) = derived::operation(entry);
        for key in ["parameters", "responses", "description"] {
            operation[key] = derived[key].clone();
        }
        // files are had where the operation itself lives
        if let Some(parameters) = operation["parameters"].as_array_mut() {
            parameters.retain(|one| !FILES.iter().any(|name| *one == reference("parameters", name)));
        }
        if let Some(Value::Object(content)) = operation.pointer_mut("/responses/200/content") {
            content.retain(|kind, _| kind == "application/json");
        }
    }
    operation
}

fn record(schemas: &mut Schemas, catalogue: &Catalogue) -> Vec<Described> {
    let undo = as_write(described("undo_call", "calls", "Take a call back", schemas.answer::<Answer>()));
    vec![
        ("/api/v1/calls", "get", behind(catalogue, calls::LIST, "list_calls", "What happened")),
        ("/api/v1/calls/{id}", "get", behind(catalogue, calls::GET, "get_call", "One call with its changes")),
        ("/api/v1/calls/{id}/undo", "post", with_path(undo, "id", "The call.")),
    ]
}

fn records(schemas: &mut Schemas, catalogue: &Catalogue) -> Described {
    let all = schemas.answer::<Whole<FoundRecord>>();
    let mut find = described("find_records", "records", "Find records by the beginning or a part of their names", all);
    find["description"] = json!(
        "The nearest first: what is called exactly so, what begins so, what has it within, what is like it. You find the kinds \
         of record that some operation of yours opens or takes, and of them what you may see. Without q, what comes first."
    );
    let kinds: Vec<&str> = catalogue.entities().map(|entity| entity.name).collect();
    let text = json!({"type": "string", "maxLength": 200});
    find["parameters"] = json!([
        {"name": "q", "in": "query", "description": "What has been typed so far.", "schema": text},
        {"name": "entity", "in": "query", "description": "Only records of this kind.", "schema": {"enum": kinds}},
        {"name": "limit", "in": "query", "description": "How many: 10 unless told, 50 at most.",
            "schema": {"type": "integer", "minimum": 1, "maximum": 50}},
    ]);
    ("/api/v1/records", "get", refused(find, &[Kind::Invalid]))
}

fn events(schemas: &mut Schemas) -> Described {
    let mut listen = described("listen", "events", "Hear what changes", json!({}));
    let (changed, approvals, decided) =
        (schemas.answer::<Changed>(), schemas.answer::<Approvals>(), schemas.answer::<Outcome>());
    listen["description"] = json!(
        "Server-sent events. `changed`: kinds of record that committed calls touched, among those that you may list or get, at most once a second. `approvals`: how many wait for your decision, at the start and when it changes. `decided`: what came of something that you asked for. The stream ends when your session or rights do; after a break, read anew what you show."
    );
    listen["responses"]["200"]["content"] = json!({"text/event-stream": {"schema": {
        "type": "string",
        "x-events": {"changed": changed, "approvals": approvals, "decided": decided},
    }}});
    ("/api/v1/events", "get", refused(listen, &[Kind::Throttled]))
}

fn talking(schemas: &mut Schemas) -> Vec<Described> {
    let mut run = described("run_agent", "agent", "Say something to the agent, or answer its question", json!({}));
    run["description"] = json!(
        "AG-UI 1.0: a RunAgentInput, answered by a stream of events. Of its messages only the newest of the user is read, or what frontend tools answered after it."
    );
    run["responses"]["200"]["content"] = json!({"text/event-stream": {"schema": {"type": "string"}}});
    let run = with_body(run, schemas.request::<RunAgentInput>());
    let mut socket = described("agent_socket", "agent", "The same over a WebSocket", json!({}));
    socket["description"] = json!(
        "The first frame is {\"type\":\"auth\",\"token\":…}, or the subprotocol is bearer.TOKEN; then one RunAgentInput a text frame, answered by one event a text frame."
    );
    socket["responses"] = json!({"101": {"description": "Switching to WebSocket."}, "default": problems()});
    vec![("/api/v1/agent/run", "post", run), ("/api/v1/agent/ws", "get", without_sign_in(socket))]
}

fn conversations_of(schemas: &mut Schemas) -> Vec<Described> {
    let list = schemas.answer::<Whole<ConversationRow>>();
    let list = described("list_conversations", "agent", "Your conversations", list);
    let one = schemas.answer::<ConversationDetail>();
    let one = described("get_conversation", "agent", "One of your conversations", one);
    let forget = described("forget_conversation", "agent", "Forget one of your conversations", json!({}));
    let forget = without_answer(forget, "Forgotten; what was done in it stays recorded.");
    let undo = described("undo_conversation", "agent", "Take back all that was done in it", schemas.answer::<Answer>());
    let stop = described("stop_conversation", "agent", "Stop the run at work in it", json!({}));
    let stop = without_answer(stop, "It stops at its next step; what was begun in the books is finished.");
    vec![
        ("/api/v1/conversations", "get", list),
        ("/api/v1/conversations/{id}/stop", "post", with_path(stop, "id", "The conversation.")),
        ("/api/v1/conversations/{id}", "get", with_path(one, "id", "The conversation.")),
        ("/api/v1/conversations/{id}", "delete", with_path(forget, "id", "The conversation.")),
        ("/api/v1/conversations/{id}/undo", "post", with_path(as_write(undo), "id", "The conversation.")),
    ]
}

fn health(schemas: &mut Schemas) -> Vec<Described> {
    let health = schemas.answer::<Health>();
    let document = json!({"type": "object", "description": "OpenAPI 3.1."});
    let live = described("live", "health", "Whether the server lives", health.clone());
    let ready = described("ready", "health", "Whether it can serve", health);
    let mut metrics = described("metrics", "health", "What an operator alarms on, as Prometheus reads it", json!({}));
    metrics["description"] =
        json!("For this machine only, or whoever has STEWARD_METRICS_TOKEN as a bearer token where one is set.");
    metrics["responses"]["200"]["content"] = json!({"text/plain": {"schema": {"type": "string"}}});
    vec![
        ("/metrics", "get", without_sign_in(metrics)),
        ("/livez", "get", without_sign_in(live)),
        ("/readyz", "get", without_sign_in(ready)),
        ("/openapi.json", "get", without_sign_in(described("openapi", "health", "This document", document))),
    ]
}
