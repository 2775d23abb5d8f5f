//! What a request may be refused for: one response a kind, which names the gate's codes of that kind.

use serde_json::{Map, Value, json};
use steward_tools::{Effect, Entry, Kind, codes};

use super::shared::reference;
use crate::rest::Derived;

/// Kind, name of the response, what it means, and the codes of the gate. Domains have codes of their own beside these.
const KINDS: [(Kind, &str, &str, &[&str]); 11] = [
    (
        Kind::Malformed,
        "Malformed",
        "The request could not be read.",
        &[codes::MALFORMED, codes::DUPLICATE_KEY, codes::TOO_DEEP],
    ),
    (Kind::Unauthenticated, "Unauthenticated", "Nobody is signed in, or no longer.", &[codes::UNAUTHENTICATED]),
    (
        Kind::Forbidden,
        "Forbidden",
        "The person may not do this; the missing permission is named.",
        &[codes::FORBIDDEN, codes::NEEDS_PERSON],
    ),
    (
        Kind::NotFound,
        "NotFound",
        "No such record for this person: absent and foreign are the same.",
        &[codes::NOT_FOUND, codes::UNKNOWN_OPERATION],
    ),
    (
        Kind::Conflict,
        "Conflict",
        "The state of the record does not allow it.",
        &[
            codes::EFFECTS_CHANGED,
            codes::ALREADY_DECIDED,
            codes::APPROVAL_EXPIRED,
            codes::CHANGED_SINCE,
            codes::ALREADY_UNDONE,
            codes::NOT_UNDOABLE,
        ],
    ),
    (Kind::Stale, "Stale", "Somebody changed the record meanwhile.", &[codes::STALE_VERSION]),
    (Kind::TooLarge, "TooLarge", "The request is larger than allowed.", &[codes::TOO_LARGE]),
    (
        Kind::Invalid,
        "Invalid",
        "Understood, but a value is wrong; `errors` say which, and `candidates` who may have been meant.",
        &[
            codes::INVALID_INPUT,
            codes::UNRESOLVED,
            codes::HIDDEN_CHARACTER,
            codes::DATE_OUT_OF_RANGE,
            codes::IMPRECISE_NUMBER,
            codes::OUT_OF_RANGE,
            codes::BAD_RESULT_REFERENCE,
            codes::INVALID_CURSOR,
            codes::IDEMPOTENCY_MISMATCH,
        ],
    ),
    (
        Kind::PreconditionRequired,
        "PreconditionRequired",
        "A change must say which version it means.",
        &[codes::VERSION_REQUIRED],
    ),
    (Kind::Throttled, "Throttled", "Too many attempts; Retry-After says when again.", &[codes::TOO_MANY_ATTEMPTS]),
    (
        Kind::Busy,
        "Busy",
        "Not now: the same request may succeed in a moment; Retry-After says when.",
        &[codes::BUSY, codes::UNAVAILABLE],
    ),
];

fn status(kind: Kind) -> String {
    kind.status().to_string()
}

/// The responses, by name.
pub(super) fn components(problem: &Value) -> Map<String, Value> {
    let content = json!({"application/problem+json": {"schema": problem}});
    let wait = json!({"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}});
    let described = KINDS.into_iter().map(|(kind, name, what, codes)| {
        let codes: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
        let mut response = json!({"description": format!("{what} ({})", codes.join(", ")), "content": content});
        if matches!(kind, Kind::Throttled | Kind::Busy) {
            response["headers"] = wait.clone();
        }
        (name.to_owned(), response)
    });
    let any = json!({"description": "A refusal, with the way out.", "content": content});
    described.chain([("Problem".to_owned(), any)]).collect()
}

/// The responses of these kinds, by status.
pub(super) fn of(kinds: &[Kind]) -> Map<String, Value> {
    let listed = KINDS.into_iter().filter(|(kind, ..)| kinds.contains(kind));
    listed.map(|(kind, name, ..)| (status(kind), reference("responses", name))).collect()
}

/// What any request of a signed-in person may be refused for.
pub(super) const SIGNED_IN: [Kind; 5] =
    [Kind::Malformed, Kind::Unauthenticated, Kind::Forbidden, Kind::Invalid, Kind::Busy];

/// What a derived route may be refused for, as far as its shape says.
pub(super) fn of_entry(entry: &Entry, route: &Derived) -> Map<String, Value> {
    let mut kinds = SIGNED_IN.to_vec();
    if route.takes_id() {
        kinds.push(Kind::NotFound);
    }
    if entry.op.effect() != Effect::Read {
        kinds.extend([Kind::Conflict, Kind::TooLarge]);
        if entry.takes("version") {
            kinds.extend([Kind::Stale, Kind::PreconditionRequired]);
        }
    }
    of(&kinds)
}
