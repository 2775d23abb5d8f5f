//! People name things, machines know ids: [`Ref`] bridges them, in one query per entity and call.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use futures::future::BoxFuture;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::lookup::{Found, Typed, named};
use crate::{Cx, Result};

/// How a schema marks what names a record: with the kind of record.
pub(crate) const MARK: &str = "x-ref";
/// Stands for a record of whatever kind.
pub(crate) const ANY: &str = "*";

/// A record that a text may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Which of the asked texts.
    pub asked: usize,
    /// The record.
    pub id: Uuid,
    /// Number and name, for people.
    pub label: String,
    /// Whether the text is exactly its id, number, code or name. Only an exact match resolves.
    pub exact: bool,
}

impl Match {
    /// A record found for the text of this ordinality (`with ordinality` counts from 1).
    #[must_use]
    pub fn of(ordinality: i64, id: Uuid, label: String, exact: bool) -> Self {
        Self { asked: usize::try_from(ordinality - 1).unwrap_or_default(), id, label, exact }
    }
}

/// A kind of record that references can name.
pub trait Entity: Send + Sync + 'static {
    /// `domain.entities`, as the schema's `x-ref` says it.
    const NAME: &'static str;
    /// What people call one of them ("invoice").
    const NOUN: &'static str;
    /// The table that holds them, where it is not called as the last part of the name.
    const TABLE: Option<&'static str> = None;
    /// The view of its own rows, where that table holds records of other kinds too.
    const ROWS: Option<&'static str> = None;
    /// The records that each text may mean, within what the person may see: exact ones, and the nearest
    /// few for a text that has no exact one. One query.
    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>>;
    /// The records that a text may mean while it is still being typed, within what the person may see, the nearest first. One
    /// query. Unless told, what names the rows of its table is looked through, which suits a table of a few thousand.
    fn search<'a>(cx: &'a mut Cx, typed: &'a Typed) -> BoxFuture<'a, Result<Vec<Found>>>
    where
        Self: Sized,
    {
        named::<Self>(cx, typed)
    }
}

type Search = for<'a> fn(&'a mut Cx, &'a Typed) -> BoxFuture<'a, Result<Vec<Found>>>;
type Find = for<'a> fn(&'a mut Cx, &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>>;

/// An entity with its type erased, as a domain lists it.
#[derive(Clone, Copy)]
pub struct EntityDef {
    /// `domain.entities`.
    pub name: &'static str,
    /// What people call one of them.
    pub noun: &'static str,
    table: Option<&'static str>,
    rows: Option<&'static str>,
    pub(crate) find: Find,
    pub(crate) search: Search,
}

impl EntityDef {
    /// The entity `T`.
    #[must_use]
    pub const fn of<T: Entity>() -> Self {
        Self { name: T::NAME, noun: T::NOUN, table: T::TABLE, rows: T::ROWS, find: T::find, search: T::search }
    }
    /// The table that holds them: row-level security on it decides who meets one.
    #[must_use]
    pub fn table(&self) -> &'static str {
        self.table.unwrap_or_else(|| self.name.rsplit('.').next().unwrap_or(self.name))
    }
    /// The table or view that holds them and nothing else.
    #[must_use]
    pub fn rows(&self) -> &'static str {
        self.rows.unwrap_or_else(|| self.table())
    }
}

/// A reference to a record. Callers write its id, number, code or name; the gate has replaced it by the id
/// before the operation runs, and refuses with candidates when the text means none or several.
pub struct Ref<T> {
    /// The record's id.
    pub id: Uuid,
    entity: PhantomData<fn() -> T>,
}

impl<T> Ref<T> {
    /// A record that a statement has found.
    #[must_use]
    pub const fn known(id: Uuid) -> Self {
        Self { id, entity: PhantomData }
    }
}

impl<T> Clone for Ref<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Ref<T> {}

impl<T> fmt::Debug for Ref<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(f)
    }
}

impl<'de, T> Deserialize<'de> for Ref<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(deserializer)?;
        let id = Uuid::parse_str(&text).map_err(|_| D::Error::custom("an unresolved reference"))?;
        Ok(Self { id, entity: PhantomData })
    }
}

impl<T: Entity> JsonSchema for Ref<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        format!("Ref_{}", T::NAME).into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({"type": "string", "minLength": 1, "maxLength": 200, MARK: T::NAME})
    }
}

/// What people call a record (its number, code or e-mail), as an answer names it: a text that the schema marks with the kind of
/// record, so that pages can open it.
pub struct Named<T> {
    text: String,
    entity: PhantomData<fn() -> T>,
}

impl<T> From<String> for Named<T> {
    fn from(text: String) -> Self {
        Self { text, entity: PhantomData }
    }
}
impl<T> Deref for Named<T> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.text
    }
}
impl<T> Clone for Named<T> {
    fn clone(&self) -> Self {
        self.text.clone().into()
    }
}
impl<T> fmt::Debug for Named<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}
impl<T> fmt::Display for Named<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
impl<T> Serialize for Named<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}
impl<T: Entity> JsonSchema for Named<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        format!("Named_{}", T::NAME).into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({"type": "string", MARK: T::NAME})
    }
}
