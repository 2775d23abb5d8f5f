//! Words that speak of the page: "open …", "filter it by …", "fill in the form to …". What they name is read as in any
//! other message, over the catalogue; here it only becomes something that the page is asked to do.

use serde_json::{Map, Value, json};

use super::clauses::{Clause, Mood};
use super::fill::{Env, Filled, complete};
use super::lexicon::{PAGE, READ, SORT, Said, Use};
use super::onto::{OnPage, form, onto, viewed};
use super::said::Words;
use super::schema::Shape;
use super::spans::{self, What};
use super::text::{Kind, Token, stem, tokens};
use super::turn::{antecedents, inner};
use super::{Context, Decision, Effect, PlannedCall};
use crate::page::{FORM, NAVIGATE, PLACES, VIEW, line};

/// Longest part of a message that is said again.
const ECHO: usize = 120;

/// What the page is to do, where the message speaks of it and it can be asked.
pub(crate) fn read(text: &str, cx: &Context) -> Option<Decision> {
    if cx.page.offers.is_empty() {
        return None;
    }
    let words = Words::of(text);
    filled(&words, cx)
        .or_else(|| ordered(&words, cx))
        .or_else(|| narrowed(&words, cx))
        .or_else(|| opened(&words, cx))
        .or_else(|| shown(&words, cx))
}

/// "fill in …", "the form to …", "open a new …": the form of a change, with what was said of it.
fn filled(words: &Words, cx: &Context) -> Option<Decision> {
    if !cx.page.offers(FORM) {
        return None;
    }
    let fills = words.opens(Said::Fill);
    let form_at = (1..words.tokens.len().min(7)).find(|at| words.is(*at, &["form"]));
    let verb = fills.is_some() || words.opens(Said::Open).is_some() || words.opens(Said::Start).is_some();
    let new = words.opens(Said::Open).map(|at| words.past(at, &["a", "an"])).filter(|at| words.is(*at, &["new"]));
    let at = match (form_at.filter(|_| verb), new, fills) {
        (Some(form), ..) => form + 1,
        (None, Some(new), _) => new,
        (None, None, Some(after)) => after,
        _ => return None,
    };
    let at = if form_at.is_some() { words.past(at, &["to", "for", "of", "that", "which", ":", "and"]) } else { at };
    if let Some(decision) =
        (form_at.is_some() || words.is(at, &["it", "this", "with"])).then(|| more(words, at, cx)).flatten()
    {
        return Some(decision);
    }
    let rest = words.from(at);
    if rest.is_empty() {
        return None;
    }
    let made = format!("create {rest}");
    let said = "Filling in the form. Nothing happens until you press its button.";
    [rest, made.as_str()].into_iter().find_map(|text| form(inner(text, cx), said, cx))
}

/// More values for the form that is open.
fn more(words: &Words, at: usize, cx: &Context) -> Option<Decision> {
    let name = cx.page.operation.as_deref()?;
    let tool = cx.index.tool(name).filter(|tool| tool.effect != Effect::Read)?;
    let rest = words.from(words.past(at, &["it", "this", "with", "in"]));
    let filled = part(rest, name, cx).filter(|f| !f.arguments.is_empty() && f.loose == 0)?;
    let mut arguments = cx.page.arguments.clone();
    arguments.extend(filled.arguments);
    let call = PlannedCall { name: tool.name.clone(), arguments: Value::Object(arguments) };
    form(Decision::Calls(vec![call]), "Filled in. Nothing happens until you press the button.", cx)
}

/// What a part of a message says as arguments of one operation.
fn part(text: &str, name: &str, cx: &Context) -> Option<Filled> {
    let tool = cx.index.tool(name)?;
    let spans = spans::read(&tokens(text), cx.today, cx.index);
    let clause = Clause { spans, mood: Mood::Show, head: None };
    let known = antecedents(std::slice::from_ref(&clause), cx);
    let env = Env { index: cx.index, today: cx.today, currency: cx.currency, text, known: &known };
    Some(complete(env, tool, &clause, Map::new()))
}

/// The table or report on the page with other arguments.
fn changed(arguments: Map<String, Value>, said: String, cx: &Context) -> Option<Decision> {
    let name = cx.page.operation.clone()?;
    let call = PlannedCall { name, arguments: Value::Object(arguments) };
    Some(viewed(call, said))
}

/// The arguments of the view on the page, as far as its operation knows them; nothing where it shows no read.
fn view(cx: &Context) -> Option<Map<String, Value>> {
    let tool = cx.index.tool(cx.page.operation.as_deref()?).filter(|tool| tool.effect == Effect::Read)?;
    let mut arguments = cx.page.arguments.clone();
    arguments.retain(|key, _| key != "cursor" && tool.fields.iter().any(|f| f.name == *key));
    cx.page.offers(VIEW).then_some(arguments)
}

/// "sort by amount", "order it by due date, newest first".
fn ordered(words: &Words, cx: &Context) -> Option<Decision> {
    words.opens(Said::Sort)?;
    let by = (1..words.tokens.len().min(6)).find(|at| words.is(*at, &["by"]))?;
    let mut arguments = view(cx)?;
    let tool = cx.index.tool(cx.page.operation.as_deref()?)?;
    let field = tool.fields.iter().find(|f| f.name == SORT);
    let choices = field.map(|f| f.choices()).unwrap_or_default();
    let said: Vec<&Token> = words.tokens.iter().skip(by + 1).collect();
    let down = said.iter().any(|t| {
        t.is(Use::Top) || PAGE.iter().any(|(u, list)| *u == Said::Down && list.split(", ").any(|w| w == t.low))
    });
    let names: Vec<&str> = choices.iter().map(|c| c.trim_start_matches('-')).collect();
    let fits = |name: &&&str| {
        name.split('_').all(|part| said.iter().any(|t| t.stem == stem(part) || cx.index.alike(&t.stem, &stem(part))))
    };
    let Some(name) = names.iter().filter(fits).max_by_key(|name| name.len()) else {
        let mut able: Vec<String> = names.iter().map(|name| name.replace('_', " ")).collect();
        able.dedup();
        able.sort();
        able.dedup();
        return Some(Decision::Say(match able.is_empty() {
            true => "This view has an order of its own.".to_owned(),
            false => format!("This view can be sorted by {}.", able.join(" or ")),
        }));
    };
    let wanted = if down { format!("-{name}") } else { (*name).to_owned() };
    let wanted = if choices.contains(&wanted) { wanted } else { (*name).to_owned() };
    arguments.insert(SORT.to_owned(), json!(wanted));
    let way = if down { ", the largest or latest first" } else { "" };
    changed(arguments, format!("Sorting by {}{way}.", name.replace('_', " ")), cx)
}

/// "filter it by …", "only those over 500", "clear the filters".
fn narrowed(words: &Words, cx: &Context) -> Option<Decision> {
    let clears = words.opens(Said::Clear).is_some() && words.tokens.iter().any(|t| t.any(&["filter", "filters"]));
    if clears {
        view(cx)?;
        return changed(Map::new(), "Showing everything again.".to_owned(), cx);
    }
    let strong = words.opens(Said::Filter);
    let weak = words.opens(Said::Only).filter(|_| {
        // a table in the conversation is nearer than the page
        cx.last.is_none_or(|last| last.calls.last().is_some_and(|call| Some(&call.name) == cx.page.operation.as_ref()))
    });
    let at = strong.or(weak)?;
    let idle =
        ["it", "them", "the", "list", "table", "view", "page", "rows", "down", "results", "this", "that", "these"];
    let rest = words.from(words.past(at, &idle));
    let mut arguments = view(cx)?;
    let name = cx.page.operation.as_deref()?;
    let filled = part(rest, name, cx)?;
    let whole = !filled.arguments.is_empty() && filled.loose == 0 && filled.unknown == 0;
    if !whole {
        return strong.map(|_| Decision::Say(able(name, cx)));
    }
    let tool = cx.index.tool(name)?;
    let dated = |name: &str| tool.fields.iter().any(|f| f.name == name && matches!(f.shape, Shape::Date));
    if filled.arguments.keys().any(|key| dated(key)) {
        arguments.retain(|key, _| !dated(key));
    }
    arguments.extend(filled.arguments);
    let said = if strong.is_some() {
        format!("Filtering {}.", line(rest, ECHO))
    } else {
        format!("Showing only {}.", line(rest, ECHO))
    };
    changed(arguments, said, cx)
}

/// What the view can be filtered by.
fn able(name: &str, cx: &Context) -> String {
    let fields = cx.index.tool(name).map(|tool| tool.fields.as_slice()).unwrap_or_default();
    let names: Vec<String> = fields.iter().filter(|f| super::fill::speakable(f)).map(|f| f.words()).collect();
    format!("I could not read that as a filter of this view. It can be filtered by {}.", names.join(", "))
}

/// "open …", "go to …": a place, a record, a table or a report.
fn opened(words: &Words, cx: &Context) -> Option<Decision> {
    let at = words.opens(Said::Open).or_else(|| named_page(words))?;
    let rest = bare(words, at);
    let from = words.past(at, &["the", "my", "our", "your", "page", "of", "for", "screen"]);
    let place = |words: &str| PLACES.iter().find(|(_, said)| said.split(' ').any(|w| w == words));
    let last: Vec<&Token> = words.tokens.iter().skip(from).filter(|t| !t.any(&["page", "screen", "view"])).collect();
    if let [only] = last.as_slice()
        && let Some((place, _)) = place(&only.low).filter(|_| cx.page.offers(NAVIGATE))
    {
        let said = format!("Opening {}.", line(rest, ECHO));
        return Some(Decision::Page { doing: vec![OnPage::Go((*place).to_owned())], say: said });
    }
    // "open invoices" are those that are not paid; "open the invoices" asks to see them
    let adjective = words.leads("open").is_some()
        && words.tokens.get(at).is_some_and(|next| {
            next.kind == Kind::Word && !next.capital && !next.is(Use::Filler) && !next.is(Use::Pronoun)
        });
    if adjective || rest.is_empty() {
        return None;
    }
    onto(inner(&format!("show {rest}"), cx), &format!("Opening {}.", line(rest, ECHO)), cx)
}

/// "show me the page of …".
fn named_page(words: &Words) -> Option<usize> {
    let first = words.tokens.first().filter(|t| t.any(&["show", "see", "bring", "give", "display"]))?;
    let page = words.tokens.iter().any(|t| t.any(&["page"]));
    let on = (1..words.tokens.len()).any(|at| on_page(words, at).is_some());
    (page && !on && first.kind == Kind::Word).then(|| words.past(1, &["me", "us"]))
}

/// What is to be opened, without the words for a page.
fn bare<'t>(words: &Words<'t>, at: usize) -> &'t str {
    let pages = ["page", "screen", "view", "list", "table"];
    let head = words.past(at, &["the"]);
    if words.is(head, &["page", "screen", "view"]) && words.is(head + 1, &["of", "for", "about"]) {
        return words.from(head + 2);
    }
    let end = words.tokens.len();
    if end > at + 1 && words.is(end - 1, &pages) {
        return words.between(at, end - 1);
    }
    words.from(at)
}

/// "show them on the page", "… in a table": what was read, or what is named, goes to the page.
fn shown(words: &Words, cx: &Context) -> Option<Decision> {
    let (at, length) = (1..words.tokens.len()).find_map(|at| Some((at, on_page(words, at)?)))?;
    let head = words.tokens.first()?;
    if !cx.index.groups(&head.stem).contains(&READ) && !head.any(&["put", "have", "give"]) {
        return None;
    }
    let rest = format!("{} {}", words.between(1, at), words.from(at + length));
    let spans = spans::read(&tokens(&rest), cx.today, cx.index);
    let idle = |s: &spans::Span| s.what == What::Mark || s.is(Use::Pronoun) || s.is(Use::Filler);
    let say = "Showing it on the page.";
    if spans.iter().all(idle) {
        let last = cx.last?.calls.last()?;
        let reads = cx.index.effect(&last.name) == Some(Effect::Read);
        return reads.then(|| onto(Decision::Calls(vec![last.clone()]), say, cx)).flatten();
    }
    onto(inner(&format!("show {rest}"), cx), say, cx)
}

/// How many words from here say that something is to be on the page.
fn on_page(words: &Words, at: usize) -> Option<usize> {
    let of = PAGE.iter().filter(|(of, _)| *of == Said::OnPage).flat_map(|(_, phrases)| phrases.split(", "));
    of.filter_map(|phrase| {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        let said = words.tokens.get(at..at + phrase.len())?;
        said.iter().zip(&phrase).all(|(token, word)| token.low == *word).then_some(phrase.len())
    })
    .max()
}
