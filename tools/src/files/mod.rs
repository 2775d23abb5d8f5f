//! Files: [`Upload`] in an input, [`File`] as an output, and the [`FileStore`] where their bytes are.
//!
//! Bytes never enter the database: the gate stores what came under its SHA-256 before the transaction and hands the
//! operation the hash; what an operation answers as a [`File`] is read back, and its hash checked, by whoever answers.

mod kind;
mod store;

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Kind, Refusal, Result, codes};

pub use kind::sniff;
pub use store::{FileKey, FileStore, Files, Read, StoreError};

/// Marks a field that takes a file.
pub(crate) const UPLOAD: &str = "x-upload";
/// Marks an answer that is a file.
pub(crate) const FILE: &str = "x-file";
/// How many characters a file's name may have.
const MAX_NAME: usize = 200;

/// A file that came with a call: callers send its bytes as base64; the gate has stored them, and this is what is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upload {
    /// The SHA-256 of its bytes.
    pub sha256: FileKey,
    /// How many bytes it has.
    pub size: i64,
    /// What its bytes look like, whatever its name says.
    pub media_type: String,
}

impl Upload {
    /// The media type of a file with this name and these bytes; refused where the name says otherwise than the bytes.
    pub fn media_type_as(&self, name: &str) -> Result<String> {
        kind::of_named(name, &self.media_type)
    }
    /// The schema of an upload as it is recorded.
    pub(crate) fn stored_schema() -> Value {
        json!({
            "type": "object", "required": ["sha256", "size", "media_type"], "additionalProperties": false,
            "properties": {
                "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}, "size": {"type": "integer", "minimum": 1},
                "media_type": {"type": "string"},
            },
        })
    }
}

impl JsonSchema for Upload {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Upload".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({"type": "string", "contentEncoding": "base64", "minLength": 1, UPLOAD: true})
    }
}

/// A file as an answer. The derived route answers its bytes; tools and plans add its `content` as base64 up to 1 MB, and
/// a `link` to it otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// How many bytes it has.
    pub size: i64,
    /// The SHA-256 of its bytes.
    pub sha256: FileKey,
}

impl fmt::Display for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, {}).", self.name, self.media_type, Bytes(self.size))
    }
}

impl JsonSchema for File {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "File".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "type": "object", FILE: true, "required": ["name", "media_type", "size", "sha256"],
            "description": "A file: the derived route answers its bytes; tools and plans answer this, with its content up to 1 MB.",
            "properties": {
                "name": {"type": "string", "description": "Its name."},
                "media_type": {"type": "string", "description": "Its media type."},
                "size": {"type": "integer", "description": "How many bytes it has."},
                "sha256": {"type": "string", "description": "The SHA-256 of its bytes."},
                "content": {"type": "string", "contentEncoding": "base64", "description": "Its bytes, up to 1 MB."},
                "link": {"type": "string", "description": "Where to fetch its bytes, when there are more."},
            },
        })
    }
}

/// So many bytes, for people: `512 B`, `12 kB`, `3.4 MB`.
pub struct Bytes(pub i64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            n @ ..1000 => write!(f, "{n} B"),
            n @ ..1_000_000 => write!(f, "{} kB", (n + 500) / 1000),
            n => write!(f, "{}.{} MB", n / 1_000_000, n % 1_000_000 / 100_000),
        }
    }
}

/// A file's name as it is kept: the last part of a path, without what a name must not hold.
pub fn file_name(name: &str) -> Result<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).collect();
    let clean = clean.trim().trim_end_matches('.').to_owned();
    if clean.is_empty() || clean.chars().all(|c| c == '.') || clean.chars().count() > MAX_NAME {
        let detail = format!("A file has a name of 1 to {MAX_NAME} characters.");
        return Err(Refusal::invalid(codes::INVALID_INPUT, "/name", detail).into());
    }
    Ok(clean)
}

/// The names of the fields that take a file.
pub(crate) fn upload_fields(schema: &Value) -> Vec<String> {
    let fields = schema.get("properties").and_then(Value::as_object);
    let is_upload = |field: &Value| field.get(UPLOAD) == Some(&Value::Bool(true));
    fields.into_iter().flatten().filter(|(_, field)| is_upload(field)).map(|(name, _)| name.clone()).collect()
}

/// The schema by which arguments are checked: uploads have been stored by then.
pub(crate) fn as_stored(schema: &Value) -> Value {
    let mut schema = schema.clone();
    for field in upload_fields(&schema) {
        schema["properties"][&field] = Upload::stored_schema();
    }
    schema
}

/// Bytes that callers sent as base64, within the limit.
pub(crate) fn decoded(text: &str, limit: usize, pointer: &str) -> Result<Vec<u8>> {
    use base64::Engine as _;
    if text.len() / 4 * 3 > limit + 3 {
        return Err(too_large(limit).into());
    }
    let bytes = base64::engine::general_purpose::STANDARD.decode(text.trim_ascii()).map_err(|_| {
        Refusal::invalid(codes::INVALID_INPUT, pointer, "This is not base64.").fix("Send the file's bytes as base64.")
    })?;
    if bytes.is_empty() {
        return Err(Refusal::invalid("empty_file", pointer, "The file is empty.").into());
    }
    if bytes.len() > limit { Err(too_large(limit).into()) } else { Ok(bytes) }
}

fn too_large(limit: usize) -> Refusal {
    let most = Bytes(i64::try_from(limit).unwrap_or(i64::MAX));
    Refusal::new(Kind::TooLarge, "file_too_large", format!("A file has at most {most}."))
        .fix("Attach a smaller file, or ask whoever runs this server to raise the limit.")
}

/// Bytes as base64.
#[must_use]
pub fn encoded(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
