//! Fields that only some may see: they empty out by policy, on every surface.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::json;

/// How a schema marks a masked field.
pub(crate) const MARK: &str = "x-mask";

/// A kind of data that only some may see. Policies permit it as `Action::"see:NAME"`.
pub trait Mask: Send + Sync + 'static {
    /// `domain.what`, as policies and schemas name it.
    const NAME: &'static str;
}

/// The action that permits to see (and to give) data behind this mask.
pub(crate) fn action(mask: &str) -> String {
    format!("see:{mask}")
}

/// A field behind a mask. In an answer the gate leaves it out unless the policies let the viewer see it; in
/// arguments it is refused from whoever could not see it.
pub struct Masked<T, M> {
    /// The value itself.
    pub value: T,
    mask: PhantomData<fn() -> M>,
}

impl<T, M> Masked<T, M> {
    /// Puts a value behind the mask.
    pub const fn new(value: T) -> Self {
        Self { value, mask: PhantomData }
    }
}
impl<T, M> From<T> for Masked<T, M> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}
impl<T: Clone, M> Clone for Masked<T, M> {
    fn clone(&self) -> Self {
        Self::new(self.value.clone())
    }
}
impl<T: Default, M> Default for Masked<T, M> {
    fn default() -> Self {
        Self::new(T::default())
    }
}
impl<T, M: Mask> fmt::Debug for Masked<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", M::NAME)
    }
}
impl<T: Serialize, M> Serialize for Masked<T, M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}
impl<'de, T: Deserialize<'de>, M> Deserialize<'de> for Masked<T, M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::new)
    }
}
impl<T: JsonSchema, M: Mask> JsonSchema for Masked<T, M> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        format!("Masked_{}_{}", T::schema_name(), M::NAME).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = T::json_schema(generator);
        schema.insert(MARK.to_owned(), json!(M::NAME));
        schema
    }
}

/// Columns of a table that hold masked data, for previews and the history of changes.
pub struct MaskedColumns {
    /// The table.
    pub table: &'static str,
    /// Its columns.
    pub columns: &'static [&'static str],
    /// The mask.
    pub mask: &'static str,
}
