//! How a question is worded: from the fields' own names and descriptions.

use serde_json::Value;

use super::index::Known;
use super::lexicon::Role;
use super::schema::{Field, Shape};

/// The question for everything that is missing, worded from the fields' own descriptions.
pub(crate) fn question(tool: &Known, pointers: &[String], arguments: &Value) -> String {
    let mut parts: Vec<(String, String)> = Vec::new();
    for pointer in pointers {
        let Some((field, line)) = field(tool, pointer) else { continue };
        let words = match line {
            Some(n) => format!("{} of line {}", field.words(), n + 1),
            None => field.words(),
        };
        if !parts.iter().any(|(said, _)| *said == words) {
            parts.push((words.clone(), one(tool, field, &words, arguments)));
        }
    }
    match &parts[..] {
        [] => format!("What else should I know to do this: {}", tool.title),
        [(_, only)] => only.clone(),
        several => {
            let names: Vec<&str> = several.iter().map(|(name, _)| name.as_str()).collect();
            let (last, rest) = names.split_last().map_or(("", &[][..]), |(l, r)| (*l, r));
            let asks: Vec<String> = several.iter().map(|(_, ask)| format!("- {ask}")).collect();
            format!("I still need the {} and the {last}.\n{}", rest.join(", the "), asks.join("\n"))
        }
    }
}

fn one(tool: &Known, field: &Field, words: &str, arguments: &Value) -> String {
    let help = field.help.split_inclusive(". ").next().unwrap_or_default().trim();
    let noun = noun(&tool.entity);
    let whose = tool
        .fields
        .iter()
        .filter(|f| f.entity().is_some() && f.entity() != Some(tool.entity.as_str()))
        .find_map(|f| arguments[&f.name].as_str());
    let of = whose.map(|name| format!(" for {name}")).unwrap_or_default();
    let ask = match &field.shape {
        Shape::Lines(inner) => {
            let example = inner.iter().any(|f| f.is(Role::Quantity)) && inner.iter().any(|f| f.is(Role::Price));
            let example = if example { " For example “3 hours at 120”." } else { "" };
            return format!("What should the {noun}{of} say? {help}{example}");
        }
        Shape::Ref(entity) if *entity == tool.entity => format!("Which {noun} do you mean?"),
        Shape::Ref(_) => format!("Which {words} do you mean?"),
        Shape::Enum(choices) => format!("What is the {words}: {}?", choices.join(", ").replace('_', " ")),
        _ => format!("What is the {words}?"),
    };
    format!("{ask} {help}").trim().to_owned()
}

/// The field at a pointer, and the line it is in.
pub(crate) fn field<'a>(tool: &'a Known, pointer: &str) -> Option<(&'a Field, Option<usize>)> {
    let mut parts = pointer.trim_start_matches('/').split('/');
    let name = parts.next()?;
    let field = tool.fields.iter().find(|f| f.name == name)?;
    match (parts.next().and_then(|n| n.parse().ok()), parts.next(), &field.shape) {
        (Some(n), Some(inner), Shape::Lines(fields)) => Some((fields.iter().find(|f| f.name == inner)?, Some(n))),
        _ => Some((field, None)),
    }
}

/// `accounting.credit_notes` as people say one of them.
pub(crate) fn noun(entity: &str) -> String {
    let words = entity.rsplit('.').next().unwrap_or(entity).replace('_', " ");
    match (words.strip_suffix("ies"), words.strip_suffix('s')) {
        (Some(bare), _) => format!("{bare}y"),
        (None, Some(bare)) if !bare.ends_with('s') => bare.to_owned(),
        _ => words,
    }
}
