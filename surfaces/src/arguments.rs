//! From a URL to arguments: the schema says what a value is.

use axum::extract::{FromRequestParts, OptionalFromRequestParts, Path, Query};
use axum::http::Uri;
use axum::http::request::Parts;
use serde_json::{Map, Value};
use steward_tools::{Entry, Kind, Refusal, codes, read_json};

use crate::problem::Problem;

/// The query, in order.
#[derive(Default)]
pub(crate) struct Asked(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::of(&parts.uri)
    }
}

/// A request that takes no query: a misspelt `dry_run` must not become a real one.
pub(crate) struct NoQuery;

impl<S: Send + Sync> FromRequestParts<S> for NoQuery {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Asked::of(&parts.uri)?.nothing_else()?;
        Ok(Self)
    }
}

/// The one variable part of a path, decoded.
pub(crate) struct Named(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let named = <Path<String> as FromRequestParts<S>>::from_request_parts(parts, state).await;
        named.map(|Path(name)| Self(name)).map_err(|_| malformed("The path could not be read.").into())
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Named {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Problem> {
        let named = <Path<String> as OptionalFromRequestParts<S>>::from_request_parts(parts, state).await;
        let named = named.map_err(|_| malformed("The path could not be read."))?;
        Ok(named.map(|Path(name)| Self(name)))
    }
}

fn malformed(detail: &str) -> Refusal {
    Refusal::new(Kind::Malformed, codes::MALFORMED, detail)
        .fix("Correct the address; GET /openapi.json lists every path with its parameters.")
}

impl Asked {
    fn of(uri: &Uri) -> Result<Self, Problem> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri);
        let Query(pairs) = pairs.map_err(|_| malformed("The query string could not be read."))?;
        let mut seen: Vec<&str> = Vec::with_capacity(pairs.len());
        for (key, _) in &pairs {
            if seen.contains(&key.as_str()) {
                let detail = format!("The query names \"{}\" twice.", short(key));
                return Err(Refusal::new(Kind::Malformed, codes::DUPLICATE_KEY, detail)
                    .fix("Say each parameter once.")
                    .into());
            }
            seen.push(key);
        }
        Ok(Self(pairs))
    }
    /// Takes `dry_run` out of the query.
    pub(crate) fn dry_run(&mut self) -> Result<bool, Problem> {
        let Some(at) = self.0.iter().position(|(key, _)| key == "dry_run") else { return Ok(false) };
        match self.0.remove(at).1.as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            other => Err(malformed(&format!("dry_run is true or false, not \"{}\".", short(other))).into()),
        }
    }
    /// Takes a parameter out of the query.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(key, _)| key == name)?;
        Some(self.0.remove(at).1)
    }
    /// Takes a parameter that is one of these words out of the query.
    pub(crate) fn one_of(&mut self, name: &str, words: &[&str]) -> Result<Option<String>, Problem> {
        let Some(word) = self.text(name) else { return Ok(None) };
        if words.contains(&word.as_str()) {
            return Ok(Some(word));
        }
        let detail = format!("{name} is one of {}.", words.join(", "));
        Err(Refusal::invalid(codes::INVALID_INPUT, "", detail).into())
    }
    /// Takes a parameter out of the query.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(key, _)| key == name)?;
        Some(self.0.remove(at).1)
    }
    /// Whatever is left is not known here: a misspelt `dry_run` must not become a real call.
    pub(crate) fn nothing_else(&self) -> Result<(), Problem> {
        match self.0.first() {
            None => Ok(()),
            Some((key, _)) => {
                let detail = format!("The query parameter \"{}\" is not known here.", short(key));
                Err(Refusal::invalid(codes::INVALID_INPUT, "", detail).fix("Arguments go into the body.").into())
            }
        }
    }
    /// The query as arguments of an operation. Unknown keys stay: the schema refuses them by name.
    pub(crate) fn arguments(self, entry: &Entry) -> Result<Map<String, Value>, Problem> {
        let properties = entry.input_schema.get("properties").unwrap_or(&Value::Null);
        self.0.into_iter().map(|(key, text)| Ok((key.clone(), value(properties.get(&key), text)?))).collect()
    }
}

/// What a text of the query means by its schema; what it cannot be stays text, and the schema says so.
pub(crate) fn value(schema: Option<&Value>, text: String) -> Result<Value, Box<Refusal>> {
    let kind = schema.and_then(|schema| schema.get("type")).and_then(Value::as_str);
    let number = text.parse::<serde_json::Number>().ok().map(Value::Number);
    let parsed = match kind {
        Some("integer" | "number") => number,
        Some("boolean") => text.parse::<bool>().ok().map(Value::Bool),
        Some("array" | "object") if text.starts_with(['[', '{']) => Some(read_json(text.as_bytes(), "parameter")?),
        _ => None,
    };
    Ok(parsed.unwrap_or(Value::String(text)))
}

/// What a refusal repeats of what was sent.
fn short(text: &str) -> String {
    text.chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(uri: &str) -> Result<Asked, Problem> {
        Asked::of(&uri.parse().unwrap())
    }

    #[test]
    fn the_schema_says_what_a_text_is() {
        let of = |schema: Value, text: &str| value(Some(&schema), text.to_owned()).unwrap();
        assert_eq!(of(json!({"type": "integer"}), "20"), json!(20));
        assert_eq!(of(json!({"type": "integer"}), "twenty"), json!("twenty"));
        assert_eq!(of(json!({"type": "boolean"}), "true"), json!(true));
        assert_eq!(of(json!({"type": "boolean"}), "yes"), json!("yes"));
        assert_eq!(of(json!({"type": "string"}), "42"), json!("42"));
        assert_eq!(of(json!({"type": "string", "format": "decimal"}), "1.50"), json!("1.50"));
        assert_eq!(of(json!({"type": "array"}), r#"["a","b"]"#), json!(["a", "b"]));
        assert_eq!(of(json!({"type": "array"}), "a"), json!("a"));
        assert_eq!(value(None, "true".to_owned()).unwrap(), json!("true"));
        assert_eq!(of(json!({"type": "integer"}), "+5"), json!("+5"));
        let twice = value(Some(&json!({"type": "array"})), r#"[{"a":1,"a":2}]"#.to_owned());
        assert_eq!(twice.unwrap_err().code, "duplicate_key");
    }

    #[test]
    fn dry_run_is_taken_out_and_must_be_clear() {
        let mut query = asked("/x?dry_run=true").unwrap();
        assert!(query.dry_run().unwrap());
        assert!(query.nothing_else().is_ok());
        assert!(!asked("/x").unwrap().dry_run().unwrap());
        assert_eq!(asked("/x?dry_run=1").unwrap().dry_run().unwrap_err().body()["status"], 400);
        assert_eq!(asked("/x?dryrun=true").unwrap().nothing_else().unwrap_err().body()["status"], 422);
    }

    #[test]
    fn a_key_stands_once() {
        assert_eq!(asked("/x?q=a&q=b").err().unwrap().body()["status"], 400);
    }
}
