//! What a viewer may see: masks over fields of answers, over arguments, and over columns of changed rows.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use serde_json::Value;

use super::{Gate, Inner};
use crate::{Call, Caller, Catalogue, Change, Entry, Kind, Refusal, Result, codes, masked, walk};

/// The masks that somebody may look behind.
pub(crate) type Sight = Arc<BTreeSet<String>>;

impl Gate {
    /// The masks that this caller may look behind.
    pub fn sees(&self, caller: &Caller) -> Result<Arc<BTreeSet<String>>> {
        self.inner.sight(caller)
    }
}

impl Inner {
    /// The masks that this caller may look behind. Policies do not change while the server runs: asked once for each
    /// set of roles and surface.
    pub(super) fn sight(&self, caller: &Caller) -> Result<Sight> {
        let key = (caller.principal.roles.clone(), caller.surface);
        if let Some(known) = self.sights.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(known.clone());
        }
        let mut sees = BTreeSet::new();
        for mask in self.catalogue.masks() {
            if self.permits(caller, &masked::action(&mask))? {
                sees.insert(mask);
            }
        }
        let sees: Sight = Arc::new(sees);
        self.sights.write().unwrap_or_else(PoisonError::into_inner).insert(key, sees.clone());
        Ok(sees)
    }
}

/// Leaves out of an answer what the viewer may not see; tells the masks that it looked behind.
pub(super) fn veil_output(entry: &Entry, output: &mut Value, sees: &BTreeSet<String>) -> Vec<String> {
    let mut seen = Vec::new();
    if entry.masks_output {
        walk::veil(&entry.output_schema, output, masked::MARK, &|mask| sees.contains(mask), &mut seen);
    }
    seen
}

/// Leaves out of a call what the viewer may not see.
pub(crate) fn veil_call(catalogue: &Catalogue, call: &mut Call, sees: &BTreeSet<String>) {
    if let Some(entry) = catalogue.get(&call.name).filter(|entry| entry.masks_input) {
        walk::veil(
            &entry.input_schema,
            &mut call.arguments,
            masked::MARK,
            &|mask| sees.contains(mask),
            &mut Vec::new(),
        );
    }
}

/// Leaves out of what a recorded call was given and answered what the viewer may not see.
pub(crate) fn veil_recorded(
    catalogue: &Catalogue,
    operation: &str,
    (input, output): (&mut Value, &mut Value),
    sees: &BTreeSet<String>,
) {
    let Some(entry) = catalogue.get(operation) else { return };
    for (schema, value) in [(&entry.input_schema, input), (&entry.output_schema, output)] {
        walk::veil(schema, value, masked::MARK, &|mask| sees.contains(mask), &mut Vec::new());
    }
}

/// Refuses arguments that the caller could not see: nobody writes blindly over what is hidden from them.
pub(super) fn admit(entry: &Entry, caller: &Caller, arguments: &Value, sees: &BTreeSet<String>) -> Result<()> {
    if !entry.masks_input {
        return Ok(());
    }
    // an empty list says something too: it removes what is there
    let mut given: Vec<String> = Vec::new();
    walk::marked(&entry.input_schema, &mut arguments.clone(), masked::MARK, &mut |mask, _| {
        given.extend(mask.as_str().map(str::to_owned));
    });
    match given.into_iter().find(|mask| !sees.contains(mask)) {
        None => Ok(()),
        Some(mask) => {
            let lacks = format!("{} lacks the permission {}.", caller.principal.email, masked::action(&mask));
            Err(Refusal::new(Kind::Forbidden, codes::FORBIDDEN, lacks)
                .fix("Leave these fields out, or ask somebody who may see them.")
                .into())
        }
    }
}

/// Leaves out of a changed row the columns that the viewer may not see.
pub(crate) fn veil_change(catalogue: &Catalogue, change: &mut Change, sees: &BTreeSet<String>) {
    let table = change.table.clone();
    for row in [&mut change.before, &mut change.after].into_iter().flatten() {
        if let Value::Object(columns) = row {
            columns.retain(|column, _| catalogue.mask_of(&table, column).is_none_or(|mask| sees.contains(mask)));
        }
    }
}
