//! The schemas of what the fixed routes read and write: those of the very types that are serialised.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value};

use super::shared::reference;

/// Where definitions stand in the document.
const PLACE: &str = "/components/schemas";

/// Collects what the routes name.
pub(super) struct Schemas {
    answers: SchemaGenerator,
    requests: SchemaGenerator,
}

impl Schemas {
    pub(super) fn new() -> Self {
        let mut settings = SchemaSettings::draft2020_12();
        settings.definitions_path = PLACE.into();
        settings.meta_schema = None;
        Self { answers: settings.clone().for_serialize().into_generator(), requests: settings.into_generator() }
    }
    /// What a route answers.
    pub(super) fn answer<T: JsonSchema>(&mut self) -> Value {
        self.answers.subschema_for::<T>().to_value()
    }
    /// What a route reads.
    pub(super) fn request<T: JsonSchema>(&mut self) -> Value {
        self.requests.subschema_for::<T>().to_value()
    }
    /// All that were named, by name. A type that is both read and written is told as it is read: that asks for less.
    pub(super) fn all(mut self) -> Map<String, Value> {
        let mut all = self.answers.take_definitions(true);
        all.extend(self.requests.take_definitions(true));
        name_variants(&mut all, "Answer");
        all
    }
}

/// Gives each variant of a tagged type a name of its own (`needs_approval` is `NeedsApproval`), so that routes that answer
/// only that can say so.
fn name_variants(all: &mut Map<String, Value>, name: &str) {
    let Some(Value::Array(variants)) = all.get_mut(name).and_then(|schema| schema.get_mut("oneOf")) else { return };
    let mut named = Vec::new();
    for variant in variants {
        let Some(tag) = variant.pointer("/properties/status/const").and_then(Value::as_str) else { continue };
        let tag = pascal(tag);
        named.push((tag.clone(), std::mem::replace(variant, reference("schemas", &tag))));
    }
    all.extend(named);
}

/// `needs_approval` is `NeedsApproval`.
pub(super) fn pascal(snake: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    snake.split('_').map(word).collect()
}
