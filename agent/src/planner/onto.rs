//! Calls that would be made become something that the page shows: a record, a table, a form.

use serde_json::Value;

use super::{Context, Decision, Effect, PlannedCall};
use crate::page::{FORM, NAVIGATE, OPEN, Page, PageCall, VIEW, entity_of};

/// Something that the page is asked to do.
#[derive(Clone, Debug, PartialEq)]
pub enum OnPage {
    /// Go to a place, or to the table of a kind of record.
    Go(String),
    /// Open the record that this call reads.
    Open(PlannedCall),
    /// Show what this call reads.
    View(PlannedCall),
    /// Fill in the form of this call.
    Form(PlannedCall),
}

impl OnPage {
    /// The call that it stands for.
    #[must_use]
    pub const fn call(&self) -> Option<&PlannedCall> {
        match self {
            Self::Go(_) => None,
            Self::Open(call) | Self::View(call) | Self::Form(call) => Some(call),
        }
    }

    /// As the page is asked.
    pub(crate) fn asked(self) -> PageCall {
        let call = |planned: PlannedCall| steward_tools::Call { name: planned.name, arguments: planned.arguments };
        match self {
            Self::Go(to) => PageCall::go(&to),
            Self::Open(of) => PageCall::open(call(of)),
            Self::View(of) => PageCall::view(call(of)),
            Self::Form(of) => PageCall::form(call(of)),
        }
    }
}

/// A view, and what is said with it.
pub(crate) fn viewed(call: PlannedCall, say: String) -> Decision {
    Decision::Page { doing: vec![OnPage::View(call)], say }
}

/// What a decision becomes on the page; nothing where it calls nothing.
pub(crate) fn onto(decision: Decision, say: &str, cx: &Context) -> Option<Decision> {
    let reads = |call: &PlannedCall| cx.index.effect(&call.name) == Some(Effect::Read);
    match decision {
        Decision::Calls(calls) if calls.iter().all(reads) => {
            let one = |call: PlannedCall| opened(call, cx.page);
            let doing: Vec<OnPage> = calls.into_iter().filter_map(one).collect();
            (!doing.is_empty()).then(|| Decision::Page { doing, say: say.to_owned() })
        }
        Decision::Find { .. } => Some(Decision::Paged(Box::new(decision))),
        Decision::Ask { ref pending, .. } if pending.calls.iter().all(reads) => {
            Some(Decision::Paged(Box::new(decision)))
        }
        other => form(other, say, cx),
    }
}

/// A read on the page.
fn opened(call: PlannedCall, page: &Page) -> Option<OnPage> {
    let verb = call.name.rsplit('.').next().unwrap_or_default();
    let empty = call.arguments.as_object().is_none_or(|arguments| arguments.is_empty());
    match verb {
        "get" if page.offers(OPEN) && call.arguments["id"].is_string() => Some(OnPage::Open(call)),
        "list" if empty && page.offers(NAVIGATE) => Some(OnPage::Go(entity_of(&call.name).to_owned())),
        _ if page.offers(VIEW) => Some(OnPage::View(call)),
        _ => None,
    }
}

/// The form of the first change of a decision.
pub(crate) fn form(decision: Decision, say: &str, cx: &Context) -> Option<Decision> {
    let changes = |call: &PlannedCall| cx.index.effect(&call.name).is_some_and(|effect| effect != Effect::Read);
    let calls = match decision {
        Decision::Find { ref calls, .. } if calls.iter().all(changes) => {
            return Some(Decision::Paged(Box::new(decision)));
        }
        Decision::Calls(calls) => calls,
        Decision::Ask { pending, .. } => pending.calls,
        _ => return None,
    };
    let more = calls.len() > 1;
    let first = calls.into_iter().next().filter(changes).filter(|_| cx.page.offers(FORM))?;
    let rest = if more { " The form does the first of these only; tell me the rest afterwards." } else { "" };
    Some(Decision::Page { doing: vec![OnPage::Form(plain(first))], say: format!("{say}{rest}") })
}

/// Without what only a plan can say: the result of another call.
fn plain(mut call: PlannedCall) -> PlannedCall {
    if let Value::Object(arguments) = &mut call.arguments {
        arguments.retain(|_, value| !value.to_string().contains("$result"));
    }
    call
}
