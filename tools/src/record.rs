//! A record of whatever kind, found and shown to whoever may open it: what comments and files are added to.

use std::borrow::Cow;
use std::ops::Deref;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::reference::ANY;
use crate::{Candidate, Cx, EntityDef, FieldError, Kind, Refusal, Result, codes};

/// Records that are shown when a text means none or several.
const MAX_CANDIDATES: usize = 8;

/// A record, as answers name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-record" = true))]
pub struct RecordName {
    /// What kind of record it is (`accounting.invoices`).
    #[serde(rename = "type")]
    pub kind: String,
    /// Its id.
    pub id: Uuid,
    /// Its number and name.
    pub label: String,
}

/// A record of whatever kind, as callers name it: by its id, number, code or name. The operation finds it by
/// [`Cx::record`].
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct AnyRecord(String);

impl Deref for AnyRecord {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}
impl JsonSchema for AnyRecord {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "AnyRecord".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({"type": "string", "minLength": 1, "maxLength": 200, "x-ref": ANY})
    }
}

/// A record that the person at work may open.
#[derive(Debug, Clone)]
pub struct Record {
    /// How it is called.
    pub name: RecordName,
    /// Its table.
    pub table: &'static str,
}

impl Cx {
    /// Whether the person at work may use an operation at all, by the policies.
    pub fn may(&self, operation: &str) -> Result<bool> {
        match self.catalogue.get(operation) {
            Some(entry) => self.rights.may(&self.who, entry),
            None => Ok(false),
        }
    }

    /// Whether the person may open records of this kind: look at one, or where there is no such operation, list them.
    fn may_open(&self, entity: &EntityDef) -> Result<bool> {
        let opening = ["get", "list"].map(|verb| format!("{}.{verb}", entity.name));
        match opening.iter().find(|name| self.catalogue.get(name).is_some()) {
            Some(name) => self.may(name),
            None => Ok(false),
        }
    }

    /// The kinds of record that the person may open.
    fn openable(&self) -> Result<Vec<EntityDef>> {
        let mut openable = Vec::new();
        for entity in self.catalogue.entities() {
            if self.may_open(entity)? {
                openable.push(*entity);
            }
        }
        Ok(openable)
    }

    /// The record that a text names, whatever its kind: an id, number, code or name. Only records that the person may
    /// open and whose rows they meet are found; absent and foreign ids answer alike.
    pub async fn record(&mut self, text: &str, pointer: &str) -> Result<Record> {
        let openable = self.openable()?;
        if let Ok(id) = Uuid::parse_str(text) {
            return self.seen(&openable, id).await?.ok_or_else(not_found);
        }
        let texts = [text.to_owned()];
        let (mut exact, mut near) = (Vec::new(), Vec::new());
        for entity in &openable {
            for found in (entity.find)(self, &texts).await? {
                if found.exact { &mut exact } else { &mut near }.push((*entity, found));
            }
        }
        if let [(entity, only)] = exact.as_slice() {
            return self.seen(&[*entity], only.id).await?.ok_or_else(not_found);
        }
        let detail = match exact.len() {
            0 => format!("No record is called \"{text}\"."),
            n => format!("{n} records answer to \"{text}\"."),
        };
        let shown = if exact.is_empty() { near } else { exact };
        let mut refusal = Refusal::new(Kind::Invalid, codes::UNRESOLVED, &detail);
        refusal.fix = Some("Give the record's id or number.".to_owned());
        refusal.errors.push(FieldError { pointer: pointer.to_owned(), detail });
        refusal.candidates =
            shown.into_iter().take(MAX_CANDIDATES).map(|(_, m)| Candidate { id: m.id, label: m.label }).collect();
        Err(refusal.into())
    }

    /// A record whose kind and id are stored, if the person may open it.
    pub async fn opened(&mut self, kind: &str, id: Uuid) -> Result<Option<Record>> {
        let Some(entity) = self.catalogue.entity(kind).copied() else { return Ok(None) };
        if self.may_open(&entity)? { self.seen(&[entity], id).await } else { Ok(None) }
    }

    async fn seen(&mut self, entities: &[EntityDef], id: Uuid) -> Result<Option<Record>> {
        let tables: Vec<String> = entities.iter().map(|entity| entity.rows().to_owned()).collect();
        let row = sqlx::query!(r#"select tbl as "table!", label as "label!" from find_seen($1, $2)"#, &tables, id)
            .fetch_optional(self.db())
            .await?;
        Ok(row.and_then(|row| {
            let entity = entities.iter().find(|entity| entity.rows() == row.table)?;
            let label = if row.label.is_empty() { entity.noun.to_owned() } else { row.label };
            Some(Record { name: RecordName { kind: entity.name.to_owned(), id, label }, table: entity.table() })
        }))
    }
}

fn not_found() -> crate::Error {
    Refusal::not_found("record").fix("Give the record's id or number.").into()
}
