//! The routes that are derived from the catalogue. They run the very same operations through the very same gate.

use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts as _, Request};
use axum::http::header::IF_MATCH;
use axum::http::{HeaderMap, Method};
use axum::routing::{MethodFilter, MethodRouter, on};
use axum::{Extension, Router};
use serde_json::{Map, Value};
use steward_tools::{Answer, Call, Caller, Catalogue, Effect, Entry, Error, Kind, Options, Plan, Refusal, codes};

use crate::App;
use crate::arguments::{Asked, Named};
use crate::auth::Signed;
use crate::body::{Body, limit};
use crate::download;
use crate::export::{self, Wanted};
use crate::form::{Form, TakesFiles, is_form};
use crate::problem::{Problem, Reply};
use crate::reply::{bare, options};

/// Where an operation is found.
pub(crate) struct Derived {
    pub(crate) method: Method,
    pub(crate) path: String,
}

impl Derived {
    /// Whether the path has the argument `id`.
    pub(crate) fn takes_id(&self) -> bool {
        self.path.contains("{id}")
    }
}

/// The route of an operation, from its name, its arguments and its effect.
pub(crate) fn route_of(entry: &Entry) -> Derived {
    let (domain, entities, verb) = entry.parts();
    let all = format!("/api/v1/{domain}/{entities}");
    let one = format!("{all}/{{id}}");
    let (method, path) = match verb {
        "list" => (Method::GET, all),
        "get" => (Method::GET, one),
        "create" => (Method::POST, all),
        "update" => (Method::PATCH, one),
        "delete" => (Method::DELETE, one),
        verb => {
            let base = if entry.takes("id") { one } else { all };
            let read = entry.op.effect() == Effect::Read;
            (if read { Method::GET } else { Method::POST }, format!("{base}/{verb}"))
        }
    };
    Derived { method, path }
}

/// One route an operation.
pub(crate) fn routes(catalogue: &Catalogue, upload_limit: usize) -> Router<App> {
    catalogue.iter().fold(Router::new(), |router, entry| {
        let Derived { method, path } = route_of(entry);
        let handler = handler(&method, entry.name());
        if entry.uploads().is_empty() {
            return router.route(&path, handler);
        }
        let handler: MethodRouter<App> = handler.layer(DefaultBodyLimit::max(upload_limit));
        let handler: MethodRouter<App> = handler.layer(limit(upload_limit));
        router.route(&path, handler.layer(Extension(TakesFiles)))
    })
}

fn handler(method: &Method, name: &'static str) -> MethodRouter<App> {
    match *method {
        Method::GET => on(MethodFilter::GET, move |asking| read(name, asking)),
        Method::DELETE => on(MethodFilter::DELETE, move |asking| delete(name, asking)),
        Method::PATCH => on(MethodFilter::PATCH, move |asking| patch(name, asking)),
        _ => on(MethodFilter::POST, move |asking| write(name, asking)),
    }
}

/// A request, read as far as it can be without knowing the operation.
struct Asking {
    app: App,
    caller: Caller,
    id: Option<String>,
    query: Asked,
    method: Method,
    headers: HeaderMap,
    body: Body,
    /// In place of a body of JSON, where a file is taken.
    form: Option<Form>,
}

impl FromRequest<App> for Asking {
    type Rejection = Problem;
    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let Signed(caller) = Signed::from_request_parts(&mut parts, app).await?;
        let id = Option::<Named>::from_request_parts(&mut parts, app).await?;
        let query = Asked::from_request_parts(&mut parts, app).await?;
        let (method, headers) = (parts.method.clone(), parts.headers.clone());
        let request = Request::from_parts(parts, body);
        let (body, form) = if is_form(&request) {
            (Body(Value::Null), Some(Form::read(request).await?))
        } else {
            (Body::from_request(request, app).await?, None)
        };
        Ok(Self { app: app.clone(), caller, id: id.map(|Named(id)| id), query, method, headers, body, form })
    }
}

impl Asking {
    fn entry(&self, name: &str) -> Result<&Entry, Problem> {
        let missing = || Error::internal(format!("a route leads to {name}, which is not in the catalogue"));
        Ok(self.app.gate.catalogue().get(name).ok_or_else(missing)?)
    }
    /// The record that the path names is an argument like every other.
    fn take_id(&self, arguments: &mut Map<String, Value>) -> Result<(), Problem> {
        let Some(id) = &self.id else { return Ok(()) };
        if arguments.get("id").is_some_and(|other| other.as_str() != Some(id)) {
            let refusal = Refusal::invalid(codes::INVALID_INPUT, "/id", "The path names another record than the body.");
            return Err(refusal.fix("Leave id out of the body.").into());
        }
        arguments.insert("id".to_owned(), Value::String(id.clone()));
        Ok(())
    }
    async fn run(&self, name: &str, mut arguments: Map<String, Value>, options: Options) -> Reply {
        self.take_id(&mut arguments)?;
        let entry = self.entry(name)?;
        let call = Call { name: name.to_owned(), arguments: Value::Object(arguments) };
        let answer = self.app.gate.submit(&self.caller, Plan::one(call), options).await;
        let answer = answer.map_err(|error| self.app.problem(&self.caller, about_path(error, self.id.is_some())))?;
        match &answer {
            Answer::Done { result, .. } if entry.answers_file() => {
                download::answer(self.app.gate.read_file(&self.caller, result).await?, &self.headers)
            }
            _ => bare(entry, answer),
        }
    }
    /// The arguments of a call whose body has them, and what the query says about the call itself.
    fn read_body(&mut self, name: &str) -> Result<(Map<String, Value>, Options), Problem> {
        let dry_run = self.query.dry_run()?;
        self.query.nothing_else()?;
        if let Some(form) = self.form.take() {
            return Ok((form.arguments(self.entry(name)?)?, options(dry_run, &self.headers)?));
        }
        let Value::Object(arguments) = self.body.0.take() else {
            return Err(Refusal::invalid(codes::INVALID_INPUT, "", "The body is a JSON object.").into());
        };
        Ok((arguments, options(dry_run, &self.headers)?))
    }
    /// Arguments of a read stand in the query: a body that says something would say it to nobody.
    fn nothing_in_the_body(&self) -> Result<(), Problem> {
        if self.body.0.as_object().is_some_and(Map::is_empty) {
            return Ok(());
        }
        let refusal =
            Refusal::invalid(codes::INVALID_INPUT, "", "Arguments of this request stand in the query, not in a body.");
        Err(refusal.fix("Move them into the query.").into())
    }
}

/// A path that names no one record leads nowhere, whatever else that is in arguments.
pub(crate) fn about_path(error: Error, names_record: bool) -> Error {
    match error {
        Error::Refused(mut refusal) if names_record && refusal.code == codes::UNRESOLVED => {
            if refusal.errors.iter().any(|error| error.pointer == "/id") {
                refusal.kind = Kind::NotFound;
            }
            Error::Refused(refusal)
        }
        other => other,
    }
}

async fn read(name: &'static str, mut asking: Asking) -> Reply {
    asking.nothing_in_the_body()?;
    let mut query = std::mem::take(&mut asking.query);
    let entry = asking.entry(name)?;
    let wanted = Wanted::of(entry, &mut query, &asking.headers)?;
    let mut arguments = query.arguments(entry)?;
    let Some(mut wanted) = wanted else { return asking.run(name, arguments, Options::default()).await };
    // a header asks whether there is a file: for that nobody reads all rows
    wanted.headers_only = asking.method == Method::HEAD;
    asking.take_id(&mut arguments)?;
    export::answer(&asking.app, &asking.caller, entry, arguments, wanted).await
}

async fn write(name: &'static str, mut asking: Asking) -> Reply {
    let (mut arguments, options) = asking.read_body(name)?;
    if asking.entry(name)?.takes("version") {
        add_version(&asking.headers, &mut arguments)?;
    }
    asking.run(name, arguments, options).await
}

async fn delete(name: &'static str, mut asking: Asking) -> Reply {
    asking.nothing_in_the_body()?;
    let dry_run = asking.query.dry_run()?;
    let options = options(dry_run, &asking.headers)?;
    let query = std::mem::take(&mut asking.query);
    let entry = asking.entry(name)?;
    let mut arguments = query.arguments(entry)?;
    if entry.takes("version") {
        add_version(&asking.headers, &mut arguments)?;
    }
    asking.run(name, arguments, options).await
}

/// An update says which version it means, so that nobody overwrites what they have not seen.
async fn patch(name: &'static str, mut asking: Asking) -> Reply {
    let (mut arguments, options) = asking.read_body(name)?;
    if asking.entry(name)?.takes("version") {
        let any = add_version(&asking.headers, &mut arguments)? == Precondition::Any;
        if !any && arguments.get("version").is_none_or(Value::is_null) {
            let refusal = Refusal::new(
                Kind::PreconditionRequired,
                codes::VERSION_REQUIRED,
                "An update says which version it changes.",
            );
            return Err(refusal
                .fix("Read the record, and send its ETag as If-Match, or its version in the body.")
                .into());
        }
    }
    asking.run(name, arguments, options).await
}

#[derive(PartialEq, Eq)]
enum Precondition {
    None,
    /// `*`: whatever version there is.
    Any,
    Version,
}

/// `If-Match: "3"` is the argument `version: 3`.
fn add_version(headers: &HeaderMap, arguments: &mut Map<String, Value>) -> Result<Precondition, Problem> {
    let Some(tag) = headers.get(IF_MATCH) else { return Ok(Precondition::None) };
    let tag = tag.to_str().unwrap_or_default().trim();
    if tag == "*" {
        return Ok(Precondition::Any);
    }
    let version = tag.trim_matches('"').parse::<i32>().map_err(|_| {
        let detail = format!("If-Match is {tag}, and no version of a record looks like that.");
        Refusal::new(Kind::Stale, codes::STALE_VERSION, detail).fix("Send the ETag that reading the record answers.")
    })?;
    match arguments.insert("version".to_owned(), Value::from(version)) {
        Some(other) if other != version => {
            let refusal =
                Refusal::invalid(codes::INVALID_INPUT, "/version", "If-Match and the body name different versions.");
            Err(refusal.fix("Leave one of them out.").into())
        }
        _ => Ok(Precondition::Version),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use serde_json::json;

    use super::*;

    fn with(tag: &'static str, arguments: Value) -> Result<Value, Problem> {
        let headers = HeaderMap::from_iter([(IF_MATCH, HeaderValue::from_static(tag))]);
        let mut arguments = arguments.as_object().unwrap().clone();
        add_version(&headers, &mut arguments)?;
        Ok(Value::Object(arguments))
    }

    #[test]
    fn if_match_is_a_version() {
        assert_eq!(with("\"3\"", json!({})).unwrap(), json!({"version": 3}));
        assert_eq!(with("3", json!({"version": 3})).unwrap(), json!({"version": 3}));
        assert_eq!(with("*", json!({})).unwrap(), json!({}));
        assert_eq!(with("\"abc\"", json!({})).unwrap_err().body()["status"], 412);
        assert_eq!(with("\"3\"", json!({"version": 4})).unwrap_err().body()["status"], 422);
    }
}
