//! Which kinds of record committed calls touched, and who may hear of them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use uuid::Uuid;

use super::super::run::Ran;
use super::super::undo::ids_in;
use crate::{Caller, Catalogue, Change, Effect, Scope};

/// The kinds of record that committed calls touched.
#[derive(Debug)]
pub struct Touched {
    org: Uuid,
    /// Entities, with the ids that stand in the rows.
    entities: BTreeMap<String, HashSet<Uuid>>,
}

impl Touched {
    /// What these calls of this process touched.
    pub(super) fn by(catalogue: &Catalogue, org: Uuid, ran: &[Ran]) -> Self {
        let mut touched = Self { org, entities: BTreeMap::new() };
        let kinds = kinds(catalogue);
        for ran in ran.iter().filter(|ran| ran.effect != Effect::Read) {
            touched.note(entity_of(ran.name), ran.changes.0.iter().flat_map(row_ids));
            for change in &ran.changes.0 {
                for kind in kinds_of(change, &kinds) {
                    touched.note(kind, row_ids(change));
                }
            }
        }
        touched
    }
    /// What operations of other processes are about; which rows they touched is not known here.
    pub(super) fn elsewhere<'a>(org: Uuid, operations: impl Iterator<Item = &'a String>) -> Self {
        Self { org, entities: operations.map(|operation| (entity_of(operation), HashSet::new())).collect() }
    }
    fn note(&mut self, name: String, ids: impl Iterator<Item = Uuid>) {
        self.entities.entry(name).or_default().extend(ids);
    }
    /// Those kinds among `audible` that this person hears of. Whoever stands for a party hears of rows that name it.
    #[must_use]
    pub fn heard(&self, caller: &Caller, audible: &BTreeSet<String>) -> Vec<String> {
        let who = &caller.principal;
        let concerns = |ids: &HashSet<Uuid>| match who.scope() {
            Scope::Organization => true,
            Scope::Party(party) => ids.contains(&party),
        };
        let heard = self.entities.iter().filter(|(name, ids)| audible.contains(*name) && concerns(ids));
        if self.org == who.org { heard.map(|(name, _)| name.clone()).collect() } else { Vec::new() }
    }
}

/// `accounting.invoices.post` is about `accounting.invoices`.
pub(super) fn entity_of(operation: &str) -> String {
    operation.rsplit_once('.').map_or(operation, |(entity, _)| entity).to_owned()
}

fn row_ids(change: &Change) -> impl Iterator<Item = Uuid> {
    let rows = [change.before.as_ref(), change.after.as_ref()];
    std::iter::once(change.record_id).chain(rows.into_iter().flat_map(ids_in))
}

/// Kinds of record that can be read, by the table that holds them.
fn kinds(catalogue: &Catalogue) -> HashMap<&str, BTreeSet<String>> {
    let mut kinds: HashMap<&str, BTreeSet<String>> = HashMap::new();
    for entity in catalogue.entities() {
        kinds.entry(entity.table()).or_default().insert(entity.name.to_owned());
    }
    for entry in catalogue.iter() {
        if let (_, entities, "list" | "get") = entry.parts() {
            kinds.entry(entities).or_default().insert(entity_of(entry.name()));
        }
    }
    kinds
}

/// The kinds of a changed row: its own, and those of the records it names (what is settled shows on the invoice).
fn kinds_of(change: &Change, kinds: &HashMap<&str, BTreeSet<String>>) -> Vec<String> {
    let row = change.after.as_ref().or(change.before.as_ref()).and_then(serde_json::Value::as_object);
    let names = row.into_iter().flatten().filter(|(_, value)| !value.is_null());
    let named = names.filter_map(|(column, _)| column.strip_suffix("_id")).map(|one| match one.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{one}s"),
    });
    let tables = named.chain([change.table.clone()]);
    tables.filter_map(|table| kinds.get(table.as_str())).flatten().cloned().collect()
}
