//! How changes of fiscal years and periods are told: the state that changes; what comes and goes is in the sentence.

use futures::future::BoxFuture;
use serde_json::Value;
use steward_tools::{Change, Changes, Cx, EffectKind, PreviewEffect, Result};

pub(crate) fn periods<'a>(
    _: &'a mut Cx,
    changes: &'a [&'a Change],
    _: &'a Changes,
) -> BoxFuture<'a, Result<Vec<PreviewEffect>>> {
    Box::pin(async move { Ok(changes.iter().filter_map(|change| moved("Period", change)).collect()) })
}

pub(crate) fn years<'a>(
    _: &'a mut Cx,
    changes: &'a [&'a Change],
    _: &'a Changes,
) -> BoxFuture<'a, Result<Vec<PreviewEffect>>> {
    Box::pin(async move { Ok(changes.iter().filter_map(|change| moved("Fiscal year", change)).collect()) })
}

/// `Period 2026-01: open → closed`
fn moved(noun: &str, change: &Change) -> Option<PreviewEffect> {
    let (before, after) = (change.before.as_ref()?, change.after.as_ref()?);
    let text =
        |row: &Value, column: &str| row.get(column).and_then(Value::as_str).unwrap_or_default().replace('_', " ");
    let (from, to) = (text(before, "status"), text(after, "status"));
    (from != to).then(|| PreviewEffect {
        kind: EffectKind::Record,
        text: format!("{noun} {}: {from} → {to}", text(after, "code")),
        record: Some(change.record_id),
        before: None,
        after: None,
    })
}
