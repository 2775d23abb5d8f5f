//! What operations of the description share.

use serde_json::{Value, json};

use crate::reply::IDEMPOTENCY_PATTERN;

pub(super) fn reference(section: &str, name: &str) -> Value {
    json!({"$ref": format!("#/components/{section}/{name}")})
}

pub(super) fn json_content(schema: Value) -> Value {
    json!({"application/json": {"schema": schema}})
}

pub(super) fn problems() -> Value {
    reference("responses", "Problem")
}

pub(super) fn header_parameter(name: &str, what: &str, pattern: &str) -> Value {
    let schema = json!({"type": "string", "pattern": pattern});
    json!({"name": name, "in": "header", "required": false, "description": what, "schema": schema})
}

pub(super) fn components() -> Value {
    let mut schemas = answers();
    if let (Value::Object(all), Value::Object(more)) = (&mut schemas, requests()) {
        all.extend(more);
    }
    json!({
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "description": "A token from POST /api/v1/auth/token."}},
        "parameters": {
            "DryRun": {
                "name": "dry_run", "in": "query", "required": false, "schema": {"type": "boolean"},
                "description": "Run the real code, show what would happen, and change nothing.",
            },
            "IdempotencyKey": header_parameter(
                "Idempotency-Key",
                "The same key and arguments give the same answer, once, for seven days.",
                IDEMPOTENCY_PATTERN,
            ),
        },
        "responses": {
            "Problem": {
                "description": "A refusal, with the way out.",
                "content": {"application/problem+json": {"schema": reference("schemas", "Problem")}},
            },
            "NeedsApproval": {
                "description": "Somebody has to say yes first; nothing has happened yet.",
                "content": json_content(reference("schemas", "NeedsApproval")),
            },
        },
        "schemas": schemas,
    })
}

fn requests() -> Value {
    let text = json!({"type": "string"});
    json!({
        "Call": {
            "type": "object", "required": ["name"], "additionalProperties": false,
            "properties": {"name": text, "arguments": {
                "type": "object",
                "description": "A later call of a plan refers to an earlier result by {\"$result\":[0,\"/id\"]}.",
            }},
        },
        "Plan": {
            "type": "object", "required": ["calls"], "additionalProperties": false,
            "properties": {"calls": {"type": "array", "minItems": 1, "maxItems": 100, "items": reference("schemas", "Call")}},
        },
        "Decision": {
            "type": "object", "required": ["decision"], "additionalProperties": false,
            "properties": {"decision": {"enum": ["approve", "reject"]}, "note": text},
        },
        "Decisions": {
            "type": "object", "required": ["decisions"], "additionalProperties": false,
            "properties": {"decisions": {"type": "array", "minItems": 1, "maxItems": 50, "items": {
                "type": "object", "required": ["id", "decision"], "additionalProperties": false,
                "properties": {"id": {"type": "string", "format": "uuid"}, "decision": {"enum": ["approve", "reject"]}, "note": text},
            }}},
        },
        "RunAgentInput": {
            "type": "object", "required": ["threadId", "runId", "messages"],
            "properties": {
                "threadId": {"type": "string", "format": "uuid", "description": "The conversation, opened by its first run."},
                "runId": text, "messages": {"type": "array", "items": {"type": "object"}},
                "resume": {"type": "array", "maxItems": 1, "items": {
                    "type": "object", "required": ["interruptId", "status"],
                    "properties": {
                        "interruptId": {"type": "string", "format": "uuid"}, "status": {"enum": ["resolved", "cancelled"]},
                        "payload": reference("schemas", "Decision"),
                    },
                }},
            },
        },
    })
}

fn answers() -> Value {
    let text = json!({"type": "string"});
    let id = json!({"type": "string", "format": "uuid"});
    let time = json!({"type": "string", "format": "date-time"});
    let effects = json!({"type": "array", "items": reference("schemas", "Effect")});
    let sentences = json!({"type": "array", "items": text});
    let one_of = ["Done", "Preview", "NeedsApproval", "Rejected"].map(|name| reference("schemas", name));
    let maybe_id = json!({"type": ["string", "null"], "format": "uuid"});
    json!({
        "Problem": {
            "type": "object", "required": ["type", "title", "status", "detail", "code", "retryable", "fix"],
            "properties": {
                "type": text, "title": text, "status": {"type": "integer"}, "detail": text, "code": text,
                "retryable": {"type": "boolean"}, "fix": text,
                "step": {"type": "integer", "description": "Which call of a plan, counted from 0."},
                "errors": {"type": "array", "items": {"type": "object", "required": ["pointer", "detail"], "properties": {"pointer": text, "detail": text}}},
                "candidates": {"type": "array", "items": {"type": "object", "required": ["id", "label"], "properties": {"id": id, "label": text}}},
                "approval": reference("schemas", "Approval"),
            },
        },
        "Token": {
            "type": "object", "required": ["access_token", "token_type", "expires_in", "refresh_token"],
            "properties": {"access_token": text, "token_type": {"const": "Bearer"}, "expires_in": {"type": "integer"}, "refresh_token": text},
        },
        "Tool": {
            "type": "object", "required": ["name", "tool", "title", "description", "effect", "input_schema", "output_schema"],
            "properties": {
                "name": text, "tool": text, "title": text, "description": text, "effect": {"enum": ["read", "write", "final"]},
                "input_schema": {"type": "object"}, "output_schema": {"type": "object"},
            },
        },
        "Effect": {
            "type": "object", "required": ["kind", "text"],
            "properties": {"kind": {"enum": ["record", "ledger", "stock", "money", "message"]}, "text": text, "record": id, "before": {}, "after": {}},
        },
        "Approval": {
            "type": "object", "required": ["id", "title", "effects", "approver", "status", "expires_at"],
            "properties": {
                "id": id, "title": text, "effects": effects, "result": {}, "calls": {"type": "array", "items": reference("schemas", "Call")},
                "approver": {"type": "string", "description": "self, or role:NAME."}, "maker": id, "maker_name": text,
                "delegated_to": {"type": "string", "description": "A role that it was handed to."},
                "may_decide": {"type": "boolean", "description": "Whether you may decide it now."},
                "status": {"enum": ["pending", "approved", "rejected", "superseded", "expired"]}, "created_at": time, "expires_at": time,
                "decided_by": text, "decided_at": time, "note": text,
                "comments": {"type": "array", "items": {"type": "object", "required": ["author", "text", "created_at"],
                    "properties": {"author": text, "text": text, "created_at": time}}},
            },
        },
        "Decided": {
            "type": "object", "required": ["id"],
            "properties": {"id": id, "answer": reference("schemas", "Answer"), "problem": reference("schemas", "Problem")},
        },
        "Done": {
            "type": "object", "required": ["status", "call_id", "result", "undo"],
            "properties": {"status": {"const": "done"}, "call_id": maybe_id, "plan_id": maybe_id, "result": {}, "sentences": sentences, "undo": {}},
        },
        "Preview": {
            "type": "object", "required": ["status", "effects", "result"],
            "properties": {"status": {"const": "preview"}, "effects": effects, "result": {}, "sentences": sentences},
        },
        "NeedsApproval": {
            "type": "object", "required": ["status", "approval"],
            "properties": {"status": {"const": "needs_approval"}, "approval": reference("schemas", "Approval")},
        },
        "Rejected": {
            "type": "object", "required": ["status", "approval"],
            "properties": {"status": {"const": "rejected"}, "approval": reference("schemas", "Approval")},
        },
        "Answer": {"oneOf": one_of},
    })
}
