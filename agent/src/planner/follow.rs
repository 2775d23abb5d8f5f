//! What continues the previous turn: "and for Globex?", "make it 40".

use serde_json::{Map, Value, json};

use super::ask::{Candidate, Pending, Wants, set};
use super::clauses::{Clause, Mood};
use super::fill::{Env, complete, function};
use super::index::Known;
use super::lexicon::{CREATE, Role, UPDATE, Use};
use super::schema::{Field, Shape};
use super::spans::{Span, What};
use super::turn::spoken_of;
use super::{Context, Decision, Effect, PlannedCall};

/// Whether a message opens as a continuation and names nothing of its own: then it is one, whatever else it could be.
pub(crate) fn opens_as_follow(clause: &Clause, cx: &Context) -> bool {
    let first = clause.spans.iter().find(|s| s.what != What::Mark);
    let own = |s: &Span| {
        s.what == What::Word
            && !function(s)
            && cx.index.entities(&s.token.stem).iter().any(|(_, strength)| *strength >= 700)
    };
    first.is_some_and(|s| s.is(Use::Follow)) && !clause.spans.iter().any(own)
}

/// The previous question again with other filters.
pub(crate) fn continued(text: &str, clause: Option<&Clause>, cx: &Context) -> Option<Decision> {
    let (clause, last) = (clause?, cx.last?);
    let call = last.calls.last()?;
    let tool = cx.index.tool(&call.name).filter(|t| t.effect == Effect::Read)?;
    let opens = clause
        .spans
        .first()
        .is_some_and(|s| s.is(Use::Follow) || s.is(Use::Preposition) || s.when().is_some() || s.what == What::Name);
    let words = clause.spans.iter().filter(|s| s.what != What::Mark && !function(s)).count();
    if words > 5 || !(opens || words <= 2) || clause.mood == Mood::Command {
        return None;
    }
    let known = spoken_of(last, cx.index);
    let env = Env { index: cx.index, today: cx.today, currency: cx.currency, text, known: &known };
    let again = Clause { spans: clause.spans.clone(), mood: Mood::Show, head: None };
    let filled = complete(env, tool, &again, Map::new());
    let about = clause.spans.get(1).is_some_and(|s| s.any(&["about"]));
    let follows = |s: &Span| s.is(Use::Preposition) || s.is(Use::Follow) && (about || !s.is(Use::Question));
    let leads = clause.spans.first().is_some_and(follows);
    if filled.guessed > 0 && !leads {
        return None; // "what's the weather" goes on with nothing
    }
    if filled.arguments.is_empty() || filled.loose > 0 || filled.unknown > 0 {
        return None;
    }
    let mut arguments = call.arguments.as_object().cloned().unwrap_or_default();
    let dated = |name: &str| tool.fields.iter().any(|f| f.name == name && matches!(f.shape, Shape::Date));
    if filled.arguments.keys().any(|k| dated(k)) {
        arguments.retain(|k, _| !dated(k));
    }
    arguments.retain(|k, _| k != "cursor");
    arguments.extend(filled.arguments);
    Some(Decision::Calls(vec![PlannedCall { name: tool.name.clone(), arguments: Value::Object(arguments) }]))
}

/// "make it 40", "no, 40", "to Friday instead": one value of the previous plan is other.
pub(crate) fn amend(text: &str, clause: &Clause, cx: &Context) -> Option<Decision> {
    let last = cx.last?;
    let spans = &clause.spans;
    let head = clause.head.and_then(|h| spans.get(h));
    let alters = head.is_some_and(|s| {
        let groups = cx.index.groups(&s.token.stem);
        groups.contains(&UPDATE) || groups.contains(&CREATE)
    });
    let it = spans.iter().take(3).any(|s| s.any(&["it", "that", "them"]));
    let corrects = spans.first().is_some_and(|s| s.is(Use::No)) || spans.iter().any(|s| s.any(&["instead"]));
    let old = spans.windows(2).position(|w| w[0].any(&["instead"]) && w[1].any(&["of"])).unwrap_or(spans.len());
    let typed: Vec<&Span> =
        spans[..old].iter().filter(|s| matches!(s.what, What::Number(_) | What::When(_) | What::Name)).collect();
    let [value] = typed[..] else { return None };
    let open =
        alters && !last.done && spans.iter().all(|s| !matches!(s.what, What::Quoted | What::Email | What::Phone));
    if !((alters && it) || corrects || (open && !matches!(value.what, What::Name)))
        || spans.iter().any(|s| s.what == What::Code)
    {
        return None;
    }
    let (at, call, tool) = last
        .calls
        .iter()
        .enumerate()
        .rev()
        .find_map(|(n, c)| Some((n, c, cx.index.tool(&c.name)?)).filter(|(.., t)| t.effect != Effect::Read))?;
    let places = places(tool, &call.arguments, value, spans);
    let said = match &value.what {
        What::Number(n) => json!(n.value),
        What::When(w) => json!(w.future.1.to_string()),
        _ => json!(text.get(value.start..value.end)?),
    };
    if last.done {
        return Some(changed(&places, said, tool, cx));
    }
    let mut calls = last.calls.clone();
    match &places[..] {
        [] => None,
        [one] => {
            set(&mut calls[at].arguments, &one.id, said);
            Some(Decision::Revise(calls))
        }
        _ => {
            let list: Vec<String> = places.iter().enumerate().map(|(n, c)| format!("{}. {}", n + 1, c.label)).collect();
            let question = format!(
                "What should become {}?\n{}",
                text.get(value.start..value.end).unwrap_or_default(),
                list.join("\n")
            );
            Some(Decision::Ask {
                question: question.clone(),
                pending: Pending { question, calls, call: at, wants: Wants::Place { value: said, candidates: places } },
            })
        }
    }
}

/// A change to what is already in the books: by an operation that updates it, if there is one.
fn changed(places: &[Candidate], said: Value, tool: &Known, cx: &Context) -> Decision {
    let update = cx
        .index
        .tools
        .iter()
        .find(|t| t.entity == tool.entity && t.verbs.iter().any(|v| cx.index.groups(v).contains(&UPDATE)));
    let id = cx
        .last
        .and_then(|last| spoken_of(last, cx.index).into_iter().find(|(e, v)| *e == tool.entity && v.is_string()));
    if let (Some(update), Some((_, id)), [place]) = (update, id, places)
        && let (Some(own), name) = (
            update.fields.iter().find(|f| f.entity() == Some(update.entity.as_str()) && f.required),
            place.id.trim_start_matches('/'),
        )
        && update.fields.iter().any(|f| f.name == name)
    {
        let arguments = json!({ own.name.clone(): id, name: said });
        return Decision::Calls(vec![PlannedCall { name: update.name.clone(), arguments }]);
    }
    Decision::Say("That is already done. Say “undo that” first, and then tell me again how it should be.".to_owned())
}

/// The places in a call's arguments where a value of this kind may stand; words beside it narrow them down.
fn places(tool: &Known, arguments: &Value, value: &Span, spans: &[Span]) -> Vec<Candidate> {
    let mut all: Vec<(Candidate, &Field)> = Vec::new();
    let fits = |f: &Field| match (&value.what, &f.shape) {
        (What::Number(_), Shape::Decimal) | (What::When(_), Shape::Date) => true,
        (What::Name, Shape::Ref(entity)) => *entity != tool.entity,
        _ => false,
    };
    for field in &tool.fields {
        match (&field.shape, &arguments[&field.name]) {
            (Shape::Lines(inner), Value::Array(items)) => {
                for (n, item) in items.iter().enumerate() {
                    for f in inner.iter().filter(|f| fits(f) && item.get(&f.name).is_some()) {
                        let name = inner.iter().find(|f| f.is(Role::Name)).and_then(|f| item[&f.name].as_str());
                        let of = name
                            .or_else(|| {
                                item.as_object().and_then(|o| {
                                    o.values().filter_map(Value::as_str).find(|v| v.chars().any(char::is_alphabetic))
                                })
                            })
                            .unwrap_or_default();
                        all.push((
                            Candidate {
                                id: format!("/{}/{n}/{}", field.name, f.name),
                                label: format!("{} {} of {of}", f.words(), item[&f.name].as_str().unwrap_or_default()),
                            },
                            f,
                        ));
                    }
                }
            }
            (_, current) if fits(field) && !current.is_null() => {
                all.push((
                    Candidate {
                        id: format!("/{}", field.name),
                        label: format!("{} {}", field.words(), current.as_str().unwrap_or_default()),
                    },
                    field,
                ));
            }
            _ => {}
        }
    }
    if matches!(value.what, What::When(_)) {
        // a date that was not said yet has a place too, and a deadline only when a deadline was said
        let due = spans.iter().any(|s| s.is(Use::Deadline));
        let unsaid = tool.fields.iter().filter(|f| fits(f) && arguments[&f.name].is_null());
        all.extend(unsaid.map(|f| (Candidate { id: format!("/{}", f.name), label: f.words() }, f)));
        let said = all
            .iter()
            .filter(|(c, f)| f.is(Role::Due) == due && (due || !arguments.pointer(&c.id).is_none_or(Value::is_null)));
        let said: Vec<_> = said.cloned().collect();
        if !said.is_empty() {
            all = said;
        }
    }
    let number = value.number();
    let at = spans.iter().position(|s| s.start == value.start).unwrap_or(0);
    let unit = spans.get(at + 1).filter(|s| s.wordy());
    let narrowed: Vec<Candidate> = all
        .iter()
        .filter(|(c, f)| {
            let named = spans.iter().any(|s| f.label.contains(&s.token.stem));
            let priced = f.is(Role::Price)
                && (number.is_some_and(|n| n.currency.is_some()) || at > 0 && spans[at - 1].any(&["at", "@"]));
            let counted = f.is(Role::Quantity)
                && unit.is_some_and(|u| super::text::is_unit(&u.token.low) || c.label.contains(&u.token.low));
            named || priced || counted
        })
        .map(|(c, _)| c.clone())
        .collect();
    if narrowed.is_empty() { all.into_iter().map(|(c, _)| c).collect() } else { narrowed }
}
