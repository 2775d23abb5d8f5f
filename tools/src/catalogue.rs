//! The catalogue: every operation with everything that is derived from it.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{Describer, Effect, EntityDef, Error, MaskedColumns, Op, Result, masked, reference, schema, secret, walk};

/// What a domain brings: operations, the records references can name, and how its tables are told to people.
pub struct Domain {
    /// The first part of its operations' names.
    pub name: &'static str,
    /// What it is about, in a sentence.
    pub about: &'static str,
    /// Its operations: one line each.
    pub operations: &'static [Op],
    /// The kinds of record that a reference can name.
    pub entities: &'static [EntityDef],
    /// How its tables' changes are told.
    pub describers: &'static [Describer],
    /// Columns that only some may see, in previews and in the history of changes.
    pub masked: &'static [MaskedColumns],
}

/// The tool name for models: dots become underscores.
#[must_use]
pub fn tool_name(operation: &str) -> String {
    operation.replace('.', "_")
}

/// An operation as `/api/v1/tools` lists it: what a model is given to call it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Tool {
    /// `domain.entities.verb`.
    pub name: &'static str,
    /// The same with underscores, for models.
    pub tool: String,
    /// What it does, in a few words.
    pub title: String,
    /// What it does, and what follows from it.
    pub description: String,
    /// What it does to the world.
    pub effect: Effect,
    /// What people call one of the records that it is about ("invoice"), where it is about records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noun: Option<&'static str>,
    /// JSON Schema of its arguments.
    #[schemars(extend("type" = "object"))]
    pub input_schema: Value,
    /// JSON Schema of its answer.
    #[schemars(extend("type" = "object"))]
    pub output_schema: Value,
}

/// One operation and what is derived from it.
pub struct Entry {
    /// The operation.
    pub op: Op,
    /// Its name with underscores, for models.
    pub tool: String,
    /// First line of the description.
    pub title: String,
    /// The doc comment.
    pub description: String,
    /// JSON Schema of the arguments: inlined, without nulls; references are marked `x-ref`.
    pub input_schema: Value,
    /// JSON Schema of the answer.
    pub output_schema: Value,
    /// Arguments that take a file: their bytes are stored before the call runs.
    pub(crate) uploads: Vec<String>,
    /// What people call one of the records that it is about.
    noun: Option<&'static str>,
    /// The kinds of record that its arguments name.
    refers: BTreeSet<String>,
    /// `domain.effect`, or the operation's own group of rights.
    group: String,
    pub(crate) validator: jsonschema::Validator,
    pub(crate) secret_input: bool,
    pub(crate) secret_output: bool,
    pub(crate) masks_input: bool,
    pub(crate) masks_output: bool,
}

impl Entry {
    fn of(op: Op) -> Result<Self> {
        let mut input_schema = schema::of(&op, true);
        let mut output_schema = schema::of(&op, false);
        schema::may_be_absent(&mut output_schema);
        let description = take_string(&mut input_schema, "description");
        take_string(&mut input_schema, "title");
        if let Some(object) = input_schema.as_object_mut() {
            // a struct without fields has no "properties" of its own
            object.entry("properties").or_insert_with(|| json!({}));
        }
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&crate::files::as_stored(&input_schema))
            .map_err(|e| Error::internal(format!("schema of {}: {e}", op.name())))?;
        let title = description.lines().next().unwrap_or_default().trim_end_matches('.').to_owned();
        Ok(Self {
            tool: tool_name(op.name()),
            group: group_of(&op),
            uploads: crate::files::upload_fields(&input_schema),
            secret_input: walk::has(&input_schema, secret::MARK),
            secret_output: walk::has(&output_schema, secret::MARK),
            masks_input: walk::has(&input_schema, masked::MARK),
            masks_output: walk::has(&output_schema, masked::MARK),
            noun: None,
            refers: references(&input_schema),
            title,
            description,
            input_schema,
            output_schema,
            validator,
            op,
        })
    }
    /// `domain.entities.verb`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.op.name()
    }
    /// Whether its arguments can be said in a conversation: a password should not be, and a file cannot be.
    #[must_use]
    pub fn sayable(&self) -> bool {
        !self.secret_input && self.uploads().is_empty()
    }
    /// Domain, entities, verb.
    #[must_use]
    pub fn parts(&self) -> (&'static str, &'static str, &'static str) {
        let mut parts = self.name().splitn(3, '.');
        let mut next = || parts.next().unwrap_or_default();
        (next(), next(), next())
    }
    /// Whether it shows records of this kind.
    pub(crate) fn opens(&self, entity: &str) -> bool {
        self.name().strip_prefix(entity).is_some_and(|verb| matches!(verb, ".get" | ".list"))
    }
    /// Whether its arguments name records of this kind.
    pub(crate) fn refers_to(&self, entity: &str) -> bool {
        self.refers.contains(entity)
    }
    /// Whether the arguments have a field of this name.
    #[must_use]
    pub fn takes(&self, field: &str) -> bool {
        self.input_schema.pointer("/properties").and_then(|p| p.get(field)).is_some()
    }
    /// Arguments that take a file.
    #[must_use]
    pub fn uploads(&self) -> &[String] {
        &self.uploads
    }
    /// Whether it answers a file.
    #[must_use]
    pub fn answers_file(&self) -> bool {
        self.output_schema.get(crate::files::FILE).is_some()
    }
    /// Groups of rights: `domain.effect` or the operation's own, and the effect itself.
    #[must_use]
    pub fn groups(&self) -> [String; 2] {
        [self.group.clone(), self.op.effect().as_str().to_owned()]
    }
    /// The group of rights that grants it: `domain.effect`, or its own.
    #[must_use]
    pub fn group(&self) -> &str {
        &self.group
    }
    /// The tool as `/api/v1/tools` lists it for somebody: with their organisation's own fields.
    #[must_use]
    pub fn as_tool(&self, custom: &[crate::CustomField]) -> Tool {
        let (input_schema, output_schema) = crate::custom::expand(self, custom);
        Tool {
            name: self.name(),
            tool: self.tool.clone(),
            title: self.title.clone(),
            description: self.description.clone(),
            effect: self.op.effect(),
            noun: self.noun,
            input_schema,
            output_schema,
        }
    }
}

/// Every operation, by name.
pub struct Catalogue {
    entries: BTreeMap<&'static str, Entry>,
    tools: BTreeMap<String, &'static str>,
    entities: BTreeMap<&'static str, EntityDef>,
    describers: BTreeMap<&'static str, &'static Describer>,
    masked: BTreeMap<(&'static str, &'static str), &'static str>,
    domains: BTreeMap<&'static str, &'static str>,
}

impl Catalogue {
    /// Derives the catalogue of these domains. Refuses names that collide.
    pub fn new(domains: &[&'static Domain]) -> Result<Self> {
        let mut catalogue = Self {
            entries: BTreeMap::new(),
            tools: BTreeMap::new(),
            entities: BTreeMap::new(),
            describers: BTreeMap::new(),
            masked: BTreeMap::new(),
            domains: BTreeMap::new(),
        };
        for domain in domains {
            catalogue.domains.insert(domain.name, domain.about);
            for entity in domain.entities {
                catalogue.entities.insert(entity.name, *entity);
            }
            for describer in domain.describers {
                catalogue.describers.insert(describer.table, describer);
            }
            for columns in domain.masked {
                catalogue.masked.extend(columns.columns.iter().map(|column| ((columns.table, *column), columns.mask)));
            }
            for op in domain.operations {
                catalogue.add(*op)?;
            }
        }
        Ok(catalogue)
    }
    /// Adds one more operation.
    pub fn with(mut self, op: Op) -> Result<Self> {
        self.add(op)?;
        Ok(self)
    }
    fn add(&mut self, op: Op) -> Result<()> {
        let mut entry = Entry::of(op)?;
        let (domain, entities, _) = entry.parts();
        entry.noun = self.entities.get(format!("{domain}.{entities}").as_str()).map(|entity| entity.noun);
        let clash = self.tools.insert(entry.tool.clone(), op.name());
        if clash.is_some() || self.entries.insert(op.name(), entry).is_some() {
            return Err(Error::internal(format!("two operations are called {}", op.name())));
        }
        Ok(())
    }
    /// An operation by its name or tool name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Entry> {
        let name = self.tools.get(name).copied().unwrap_or(name);
        self.entries.get(name)
    }
    /// All operations, in order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }
    /// The domains and what each is about, in order of their names.
    pub fn domains(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.domains.iter().map(|(name, about)| (*name, *about))
    }
    /// The entity that a schema's `x-ref` names.
    #[must_use]
    pub fn entity(&self, name: &str) -> Option<&EntityDef> {
        self.entities.get(name)
    }
    /// All kinds of record that references can name.
    pub fn entities(&self) -> impl Iterator<Item = &EntityDef> {
        self.entities.values()
    }
    /// How the changes of a table are told.
    #[must_use]
    pub fn describer(&self, table: &str) -> Option<&'static Describer> {
        self.describers.get(table).copied()
    }
    /// The mask over a table's column.
    pub(crate) fn mask_of(&self, table: &str, column: &str) -> Option<&'static str> {
        self.masked.iter().find(|((t, c), _)| *t == table && *c == column).map(|(_, mask)| *mask)
    }
    /// Every mask that operations or columns bear.
    #[must_use]
    pub fn masks(&self) -> BTreeSet<String> {
        let mut found: Vec<&str> = self.masked.values().copied().collect();
        for entry in self.entries.values() {
            walk::values(&entry.input_schema, masked::MARK, &mut found);
            walk::values(&entry.output_schema, masked::MARK, &mut found);
        }
        found.into_iter().map(str::to_owned).collect()
    }
    /// Whether an effect may stand in a read-only plan.
    #[must_use]
    pub fn effect_of(&self, name: &str) -> Option<Effect> {
        self.get(name).map(|entry| entry.op.effect())
    }
}

fn references(schema: &Value) -> BTreeSet<String> {
    let mut found = Vec::new();
    walk::values(schema, reference::MARK, &mut found);
    found.into_iter().map(str::to_owned).collect()
}

fn group_of(op: &Op) -> String {
    let domain = op.name().split('.').next().unwrap_or_default();
    op.group().map_or_else(|| format!("{domain}.{}", op.effect().as_str()), str::to_owned)
}

fn take_string(schema: &mut Value, key: &str) -> String {
    let taken = schema.as_object_mut().and_then(|object| object.remove(key));
    taken.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned()
}
