//! Finding records while somebody types: what a picker shows, and the search over everything.

use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::{Cx, Entity, Result, name_key};

/// What somebody has typed so far.
#[derive(Debug, Clone)]
pub struct Typed {
    /// The text in upper case, as numbers and codes are written. Empty: whatever comes first.
    pub asked: String,
    /// The same as names are compared.
    pub key: String,
    /// How many records are of use.
    pub most: i32,
}

impl Typed {
    /// This text.
    #[must_use]
    pub fn of(text: &str, most: i32) -> Self {
        let text = text.trim();
        Self { asked: text.to_uppercase(), key: name_key(text), most }
    }
}

/// A record that a typed text may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The record.
    pub id: Uuid,
    /// Number and name, for people.
    pub label: String,
    /// How far the text is from it: 0 is exactly it, 1 is its beginning, 2 is within, more is only like it or out of use.
    pub rank: i32,
}

/// A record, as a search answers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(extend("x-record" = true))]
pub struct FoundRecord {
    /// What kind of record it is (`accounting.invoices`).
    pub r#type: &'static str,
    /// Its id.
    pub id: Uuid,
    /// Its number and name.
    pub label: String,
    /// What people call one of its kind ("invoice").
    pub noun: &'static str,
}

/// The records of a small table whose number, code, key, name, label or e-mail has the text, as the person at work meets
/// them: what an [`Entity`] is searched by that says nothing else.
pub(crate) fn named<'a, T: Entity>(cx: &'a mut Cx, typed: &'a Typed) -> BoxFuture<'a, Result<Vec<Found>>> {
    Box::pin(async move {
        let rows = sqlx::query_as!(
            Found,
            r#"select id as "id!", label as "label!", rank as "rank!" from records_like($1, $2, $3)"#,
            crate::EntityDef::of::<T>().table(),
            typed.asked,
            typed.most
        )
        .fetch_all(cx.db())
        .await?;
        Ok(rows)
    })
}
