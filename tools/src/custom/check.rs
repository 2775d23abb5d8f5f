//! Values of custom fields: are they what the organisation has defined?

use std::str::FromStr as _;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{CustomField, CustomType, MAX_TEXT, Use, empty, place, use_of};
use crate::{Entry, FieldError, Kind, Refusal, Result};

/// Checks the values of an operation's custom fields and brings them into their normal form. What takes a call back may
/// bring back values of fields and choices that are no longer offered.
pub(crate) fn check(entry: &Entry, fields: &[CustomField], input: &mut Value, takes_back: bool) -> Result<()> {
    let Some((name, entity)) = place(&entry.input_schema) else { return Ok(()) };
    let asked = use_of(entry);
    let of_entity = || fields.iter().filter(|field| field.entity == entity && (takes_back || !field.archived));
    let mut errors = Vec::new();
    if let Some(values) = input.get_mut(name).and_then(Value::as_object_mut) {
        for (key, value) in values {
            let Some(field) = of_entity().find(|field| field.key == *key) else {
                return Err(unknown(name, key, entity, of_entity()).into());
            };
            if asked == Use::Update && empty(value) && (takes_back || !field.required) {
                continue;
            }
            match normal(field, value, takes_back || asked == Use::Filter) {
                Ok(normal) => *value = normal,
                Err(detail) => errors.push(FieldError { pointer: format!("/{name}/{key}"), detail }),
            }
        }
    }
    if let Some(first) = errors.first() {
        let mut refusal = Refusal::new(Kind::Invalid, "invalid_custom_value", first.detail.clone());
        refusal.errors = errors;
        return Err(refusal.fix("The tool list says which values the field takes.").into());
    }
    if asked == Use::Create && !takes_back {
        let has = |field: &&CustomField| input.pointer(&format!("/{name}/{}", field.key)).is_some();
        if let Some(missing) = of_entity().filter(|field| field.required).find(|field| !has(field)) {
            let pointer = format!("/{name}/{}", missing.key);
            let refusal =
                Refusal::invalid("custom_field_required", &pointer, format!("{} is required.", missing.label));
            return Err(refusal.fix(format!("Give it as {name}: {{\"{}\": …}}.", missing.key)).into());
        }
    }
    Ok(())
}

fn unknown<'a>(name: &str, key: &str, entity: &str, fields: impl Iterator<Item = &'a CustomField>) -> Refusal {
    let known: Vec<&str> = fields.map(|field| field.key.as_str()).collect();
    let pointer = format!("/{name}/{key}");
    let refusal =
        Refusal::invalid("unknown_custom_field", &pointer, format!("{entity} has no custom field called \"{key}\"."));
    refusal.fix(if known.is_empty() {
        "An administrator can add custom fields.".to_owned()
    } else {
        format!("There are: {}. An administrator can add others.", known.join(", "))
    })
}

/// A value in the form that is stored: numbers as canonical decimal texts.
fn normal(field: &CustomField, value: &Value, old_choices: bool) -> Result<Value, String> {
    let label = &field.label;
    let text = value.as_str();
    match field.kind {
        CustomType::Text => match text {
            Some("") => Err(format!("{label} is not empty.")),
            Some(text) if text.chars().count() <= MAX_TEXT => Ok(value.clone()),
            Some(_) => Err(format!("{label} has at most {MAX_TEXT} characters.")),
            None => Err(format!("{label} is a text.")),
        },
        CustomType::Number => {
            let said = if value.is_number() { value.to_string() } else { text.unwrap_or_default().to_owned() };
            let number = Decimal::from_str(&said).or_else(|_| Decimal::from_scientific(&said));
            let number = number.map_err(|_| format!("{label} is a number, as 12.5."))?.normalize();
            Ok(json!(if number.is_zero() { "0".to_owned() } else { number.to_string() }))
        }
        CustomType::Date => match text.and_then(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()) {
            Some(day) => Ok(json!(day)),
            None => Err(format!("{label} is a date, as 2026-11-30.")),
        },
        CustomType::Boolean => match (value.as_bool(), text) {
            (Some(_), _) => Ok(value.clone()),
            _ => Err(format!("{label} is true or false.")),
        },
        CustomType::Choice => match text {
            Some(text) if old_choices || field.choices.iter().any(|choice| choice == text) => Ok(value.clone()),
            _ => Err(format!("{label} is one of: {}.", field.choices.join(", "))),
        },
    }
}
