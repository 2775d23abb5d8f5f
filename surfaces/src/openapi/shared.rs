//! What operations of the description share.

use serde_json::{Map, Value, json};

use super::refusals;
use crate::auth::COOKIE;
use crate::export::FORMATS;
use crate::reply::IDEMPOTENCY_PATTERN;

pub(super) fn reference(section: &str, name: &str) -> Value {
    json!({"$ref": format!("#/components/{section}/{name}")})
}

pub(super) fn json_content(schema: Value) -> Value {
    json!({"application/json": {"schema": schema}})
}

/// A refusal that nothing more is known of beforehand.
pub(super) fn problems() -> Value {
    reference("responses", "Problem")
}

pub(super) fn header_parameter(name: &str, what: &str, pattern: &str) -> Value {
    let schema = json!({"type": "string", "pattern": pattern});
    json!({"name": name, "in": "header", "required": false, "description": what, "schema": schema})
}

pub(super) fn components(schemas: Map<String, Value>) -> Value {
    let mut responses = refusals::components(&reference("schemas", "Problem"));
    let needs_approval = json!({
        "description": "Somebody has to say yes first; nothing has happened yet.",
        "content": json_content(reference("schemas", "NeedsApproval")),
    });
    responses.insert("NeedsApproval".to_owned(), needs_approval);
    json!({
        "securitySchemes": {
            "bearer": {
                "type": "http", "scheme": "bearer",
                "description": "The access_token of POST /api/v1/auth/token, which holds for an hour, or an API key (`steward apikey add`).",
            },
            "session": {
                "type": "apiKey", "in": "cookie", "name": COOKIE,
                "description": "Set by POST /api/v1/auth/session for twelve hours, and anew by GET /api/v1/auth/me; `__Host-steward_session` over https. Taken from pages of this server only: else 403 `cross_site`.",
            },
        },
        "parameters": {
            "DryRun": {
                "name": "dry_run", "in": "query", "required": false, "schema": {"type": "boolean"},
                "description": "Run the real code, show what would happen, and change nothing.",
            },
            "Format": {
                "name": "format", "in": "query", "required": false, "schema": {"enum": FORMATS},
                "description": "csv or xlsx answers a file with all rows that match, whatever limit and cursor say; 100,000 at most.",
            },
            "Columns": {
                "name": "columns", "in": "query", "required": false, "schema": {"type": "string"},
                "description": "Columns of such a file in their order, with commas between: fields of a row, like `number,customer.name,totals.gross`.",
            },
            "IdempotencyKey": header_parameter(
                "Idempotency-Key",
                "The same key and arguments give the same answer, once, for seven days.",
                IDEMPOTENCY_PATTERN,
            ),
        },
        "responses": responses,
        "schemas": schemas,
    })
}
