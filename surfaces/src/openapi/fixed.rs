//! The routes that are the same whatever the catalogue holds.

use serde_json::{Value, json};

use super::shared::{json_content, problems, reference};
use crate::approvals::{SIDES, STATUSES};

type Described = (&'static str, &'static str, Value);

pub(super) fn operations() -> Vec<Described> {
    let mut all = signing_in();
    all.extend(running());
    all.extend(deciding());
    all.extend(record());
    all.extend(talking());
    all.extend(health());
    all
}

fn schema(name: &str) -> Value {
    reference("schemas", name)
}

fn list_of(items: Value) -> Value {
    json!({"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": items}, "next_cursor": {"type": ["string", "null"]}}})
}

/// An operation object with one good answer.
fn described(id: &str, tag: &str, summary: &str, answer: Value) -> Value {
    json!({
        "operationId": id, "tags": [tag], "summary": summary, "parameters": [],
        "responses": {"200": {"description": "Done.", "content": json_content(answer)}, "default": problems()},
    })
}

fn with_body(mut operation: Value, body: Value) -> Value {
    operation["requestBody"] = json!({"required": true, "content": json_content(body)});
    operation
}

fn with_path(mut operation: Value, name: &str, what: &str) -> Value {
    let parameter =
        json!({"name": name, "in": "path", "required": true, "description": what, "schema": {"type": "string"}});
    if let Some(parameters) = operation["parameters"].as_array_mut() {
        parameters.push(parameter);
    }
    operation
}

fn with_query(mut operation: Value, name: &str, what: &str, words: &[&str]) -> Value {
    let parameter =
        json!({"name": name, "in": "query", "required": false, "description": what, "schema": {"enum": words}});
    if let Some(parameters) = operation["parameters"].as_array_mut() {
        parameters.push(parameter);
    }
    operation
}

/// A body with one text in it.
fn one_text(name: &str, longest: usize) -> Value {
    json!({
        "type": "object", "required": [name], "additionalProperties": false,
        "properties": {name: {"type": "string", "minLength": 1, "maxLength": longest}},
    })
}

/// May be previewed, is done once for a key, and may have to wait for a yes.
fn as_write(mut operation: Value) -> Value {
    if let Some(parameters) = operation["parameters"].as_array_mut() {
        parameters.extend([reference("parameters", "DryRun"), reference("parameters", "IdempotencyKey")]);
    }
    operation["responses"]["202"] = reference("responses", "NeedsApproval");
    operation
}

fn without_sign_in(mut operation: Value) -> Value {
    operation["security"] = json!([]);
    operation
}

fn signing_in() -> Vec<Described> {
    let (text, password) = (json!({"type": "string"}), json!({"type": "string", "format": "password"}));
    let body = |properties: Value| {
        let names: Vec<&String> = properties.as_object().into_iter().flat_map(serde_json::Map::keys).collect();
        json!({"type": "object", "required": names, "additionalProperties": false, "properties": properties})
    };
    let opens = |id, summary, properties| {
        without_sign_in(with_body(described(id, "auth", summary, schema("Token")), body(properties)))
    };
    let mut leave = described("sign_out", "auth", "End this session: its tokens are dead at once", json!({}));
    leave["responses"] = json!({"204": {"description": "Ended."}, "default": problems()});
    vec![
        (
            "/api/v1/auth/token",
            "post",
            opens("sign_in", "Sign in", json!({"organization": text, "email": text, "password": password})),
        ),
        (
            "/api/v1/auth/refresh",
            "post",
            opens("refresh", "Go on with a session; the token is good once", json!({"refresh_token": password})),
        ),
        (
            "/api/v1/auth/redeem",
            "post",
            opens(
                "redeem",
                "Set a password by a one-time link, and sign in",
                json!({"token": password, "password": password}),
            ),
        ),
        ("/api/v1/auth/logout", "post", leave),
        ("/api/v1/auth/me", "get", described("me", "auth", "Who is signed in", json!({"type": "object"}))),
    ]
}

fn running() -> Vec<Described> {
    let tools = json!({"type": "array", "items": schema("Tool")});
    let call = described("call_tool", "tools", "Run an operation, or preview it", schema("Answer"));
    let mut call = with_body(as_write(call), json!({"type": "object"}));
    call["requestBody"]["required"] = json!(false);
    let call = with_path(call, "name", "An operation's name, or its tool name.");
    let plan = described("submit_plan", "plans", "Run several calls as one", schema("Answer"));
    let plan = with_body(as_write(plan), schema("Plan"));
    let undo = as_write(described("undo_plan", "plans", "Take a plan back", schema("Answer")));
    vec![
        ("/api/v1/tools", "get", described("list_tools", "tools", "The operations that you may use", tools)),
        ("/api/v1/tools/{name}", "post", call),
        ("/api/v1/plans", "post", plan),
        ("/api/v1/plans/{id}/undo", "post", with_path(undo, "id", "The plan.")),
    ]
}

fn deciding() -> Vec<Described> {
    let one = described("get_approval", "approvals", "What waits for a decision", schema("Approval"));
    let decide =
        described("decide_approval", "approvals", "Approve or reject; only a signed-in person does", schema("Answer"));
    let decide = with_body(with_path(decide, "id", "The approval."), schema("Decision"));
    let inbox =
        described("list_approvals", "approvals", "What you may decide or have asked for", list_of(schema("Approval")));
    let inbox = with_query(inbox, "status", "The waiting ones unless told.", &STATUSES);
    let inbox = with_query(inbox, "for", "Only what you may decide now, or only what you asked for.", &SIDES);
    let several =
        described("decide_approvals", "approvals", "Decide several, each by itself", list_of(schema("Decided")));
    let comment = described("comment_approval", "approvals", "Say something about it", schema("Approval"));
    let comment = with_body(with_path(comment, "id", "The approval."), one_text("text", 2000));
    let delegate = described("delegate_approval", "approvals", "Hand it to a role", schema("Approval"));
    let delegate = with_body(with_path(delegate, "id", "The approval."), one_text("role", 100));
    vec![
        ("/api/v1/approvals", "get", inbox),
        ("/api/v1/approvals", "post", with_body(several, schema("Decisions"))),
        ("/api/v1/approvals/{id}/comments", "post", comment),
        ("/api/v1/approvals/{id}/delegate", "post", delegate),
        ("/api/v1/approvals/{id}", "get", with_path(one, "id", "The approval.")),
        ("/api/v1/approvals/{id}", "post", decide),
    ]
}

fn record() -> Vec<Described> {
    let mut list = described("list_calls", "calls", "What happened", list_of(json!({"type": "object"})));
    list["parameters"] = json!([{
        "name": "record", "in": "query", "required": false, "description": "Only what changed this record.", "schema": {"type": "string"},
    }]);
    list["description"] = json!("Takes every argument of audit.calls.list.");
    let one = described("get_call", "calls", "One call with its changes", json!({"type": "object"}));
    let undo = as_write(described("undo_call", "calls", "Take a call back", schema("Answer")));
    vec![
        ("/api/v1/calls", "get", list),
        ("/api/v1/calls/{id}", "get", with_path(one, "id", "The call.")),
        ("/api/v1/calls/{id}/undo", "post", with_path(undo, "id", "The call.")),
    ]
}

fn talking() -> Vec<Described> {
    let mut run = described("run_agent", "agent", "Say something to the agent, or answer its question", json!({}));
    run["description"] = json!(
        "AG-UI 1.0: a RunAgentInput, answered by a stream of events. Of its messages only the newest of the user is read."
    );
    run["responses"]["200"]["content"] = json!({"text/event-stream": {"schema": {"type": "string"}}});
    let run = with_body(run, schema("RunAgentInput"));
    let mut socket = described("agent_socket", "agent", "The same over a WebSocket", json!({}));
    socket["description"] = json!(
        "The first frame is {\"type\":\"auth\",\"token\":…}, or the subprotocol is bearer.TOKEN; then one RunAgentInput a text frame, answered by one event a text frame."
    );
    socket["responses"] = json!({"101": {"description": "Switching to WebSocket."}, "default": problems()});
    let one = described("get_conversation", "agent", "One of your conversations", json!({"type": "object"}));
    let mut forget = described("forget_conversation", "agent", "Forget one of your conversations", json!({}));
    let undo = as_write(described("undo_conversation", "agent", "Take back all that was done in it", schema("Answer")));
    forget["responses"] = json!({"204": {"description": "Forgotten."}, "default": problems()});
    vec![
        ("/api/v1/agent/run", "post", run),
        ("/api/v1/agent/ws", "get", without_sign_in(socket)),
        (
            "/api/v1/conversations",
            "get",
            described("list_conversations", "agent", "Your conversations", list_of(json!({"type": "object"}))),
        ),
        ("/api/v1/conversations/{id}", "get", with_path(one, "id", "The conversation.")),
        ("/api/v1/conversations/{id}", "delete", with_path(forget, "id", "The conversation.")),
        ("/api/v1/conversations/{id}/undo", "post", with_path(undo, "id", "The conversation.")),
    ]
}

fn health() -> Vec<Described> {
    let object = || json!({"type": "object"});
    vec![
        ("/livez", "get", without_sign_in(described("live", "health", "Whether the server lives", object()))),
        ("/readyz", "get", without_sign_in(described("ready", "health", "Whether it can serve", object()))),
        ("/openapi.json", "get", without_sign_in(described("openapi", "health", "This document", object()))),
    ]
}
