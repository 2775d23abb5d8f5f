//! A list or report as a file: the same address with `format=csv` or `format=xlsx`.
//!
//! The file is written whole before the first byte of it leaves: half a file looks like a whole one, and a refusal half way
//! could no longer be said. It lies in a temporary file without a name, so that memory stays the same however long it is.

mod cells;
mod columns;
mod csv;
mod xlsx;

use std::fs::File;
use std::io::{Seek as _, SeekFrom};

use axum::body::Body;
use axum::http::header::{
    ACCEPT, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::{Map, Value, json};
use steward_tools::{Answer, Call, Caller, Effect, Entry, Error, Kind, Options, Plan, Refusal, Result, codes};
use tokio::sync::{Semaphore, mpsc};
use tokio_util::io::ReaderStream;

use self::columns::Table;
use crate::App;
use crate::arguments::Asked;
use crate::download::disposition;
use crate::problem::{Problem, Reply};
use crate::rest::{about_path, route_of};

/// The most rows of a file.
const MOST_ROWS: usize = 100_000;
/// Rows of a page on the way: the most that a list gives at once.
const PAGE: u16 = 200;
/// Files that are written at the same time; others wait for their turn.
static TURNS: Semaphore = Semaphore::const_new(4);
/// What a file can be.
pub(crate) const FORMATS: [&str; 3] = ["json", "csv", "xlsx"];

/// What kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Csv,
    Xlsx,
}

impl Format {
    /// Its media type.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
    const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// The file that somebody wants in place of a page.
pub(crate) struct Wanted {
    format: Format,
    columns: Option<String>,
    /// Only asked whether there is one: HEAD.
    pub(crate) headers_only: bool,
}

/// Whether an operation can be answered as a file: it reads rows, as lists and reports do.
pub(crate) fn exportable(entry: &Entry) -> bool {
    let own = entry.takes("format") || entry.takes("columns");
    let (_, _, verb) = entry.parts();
    let rows = || columns::rows_of(&entry.output_schema).is_some();
    entry.op.effect() == Effect::Read && verb != "get" && !own && !entry.answers_file() && rows()
}

impl Wanted {
    /// Takes what the query says about a file out of it; without that, the header `Accept` may ask for one.
    pub(crate) fn of(entry: &Entry, query: &mut Asked, headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        if entry.takes("format") || entry.takes("columns") {
            return Ok(None);
        }
        let named = query.one_of("format", &FORMATS)?;
        let columns = query.take("columns");
        let accepted = if named.is_none() && !entry.answers_file() { accepted(headers) } else { None };
        let format = match named.as_deref() {
            Some("csv") => Some(Format::Csv),
            Some("xlsx") => Some(Format::Xlsx),
            _ => accepted,
        };
        let Some(format) = format else {
            if columns.is_some() {
                let detail = "Columns are chosen for a file, and this is none.";
                let refusal = Refusal::invalid(codes::INVALID_INPUT, "", detail);
                return Err(refusal.fix("Add format=csv or format=xlsx, or leave columns out.").into());
            }
            return Ok(None);
        };
        if !exportable(entry) {
            let refusal = Refusal::new(Kind::Invalid, "no_rows", format!("{} answers no rows.", entry.name()));
            let refusal = refusal.fix("Lists and reports can be files; ask for this one without format.");
            let by_header = named.is_none();
            let status = if by_header { StatusCode::NOT_ACCEPTABLE } else { StatusCode::UNPROCESSABLE_ENTITY };
            return Err(Problem::with_status(status, refusal));
        }
        Ok(Some(Self { format, columns, headers_only: false }))
    }
}

/// The first type of `Accept` that this server can answer decides.
fn accepted(headers: &HeaderMap) -> Option<Format> {
    let accept = headers.get(ACCEPT)?.to_str().ok()?;
    let types = accept.split(',').filter_map(|one| one.split(';').next()).map(|one| one.trim().to_ascii_lowercase());
    for one in types {
        match one.as_str() {
            "*/*" | "application/*" | "application/json" => return None,
            csv if csv == Format::Csv.media_type() => return Some(Format::Csv),
            xlsx if xlsx == Format::Xlsx.media_type() => return Some(Format::Xlsx),
            _ => {}
        }
    }
    None
}

/// What the writer is given.
enum Part {
    Page(Value),
    /// Nothing is missing. A file whose end never comes is thrown away.
    End,
}

/// All rows that match, as a file.
pub(crate) async fn answer(
    app: &App,
    caller: &Caller,
    entry: &Entry,
    arguments: Map<String, Value>,
    wanted: Wanted,
) -> Reply {
    let mut walk = Walk::new(app, caller, entry, arguments);
    // the same refusals as the list itself has come first
    let first = walk.next().await?.unwrap_or_default();
    let schema = entry.as_tool(&caller.principal.custom).output_schema;
    let sees = app.gate.sees(caller)?;
    let table = Table::of(entry, &schema, &|mask| !sees.contains(mask)).picked(wanted.columns.as_deref())?;
    let name = file_name(app, caller, entry, wanted.format);
    if wanted.headers_only {
        return Ok(answered(Body::empty(), None, &name, wanted.format));
    }
    let _turn = TURNS.acquire().await.map_err(|error| Error::internal(error.to_string()))?;
    let (pages, taken) = mpsc::channel(2);
    let title = sheet_title(entry);
    let rows_of = table.rows.clone();
    let writer = tokio::task::spawn_blocking(move || write(wanted.format, &title, &table, taken));
    let (mut page, mut rows) = (Some(first), 0);
    while let Some(whole) = page {
        rows = counted(rows, whole.get(&rows_of))?;
        if pages.send(Part::Page(whole)).await.is_err() {
            break;
        }
        page = walk.next().await?;
    }
    // where the writer has given up, it says why
    let _ = pages.send(Part::End).await;
    let file = writer.await.map_err(|error| Error::internal(format!("export: {error}")))??;
    let length = file.metadata().map_err(|error| unwritten(&error))?.len();
    let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)));
    Ok(answered(body, Some(length), &name, wanted.format))
}

/// The pages of a list, one after the other, each through the gate; a report is one page.
struct Walk<'a> {
    app: &'a App,
    caller: &'a Caller,
    entry: &'a Entry,
    arguments: Option<Map<String, Value>>,
    /// The record of the argument `id` stands in the path.
    in_path: bool,
}

impl<'a> Walk<'a> {
    fn new(app: &'a App, caller: &'a Caller, entry: &'a Entry, mut arguments: Map<String, Value>) -> Self {
        // all rows are meant, whatever page somebody was looking at
        arguments.retain(|name, _| {
            let turns_pages = matches!(name.as_str(), "cursor" | "limit" | "total");
            !(turns_pages && entry.takes(name) && entry.takes("cursor"))
        });
        if entry.takes("cursor") && entry.takes("limit") {
            arguments.insert("limit".to_owned(), json!(PAGE));
        }
        let in_path = route_of(entry).takes_id();
        Self { app, caller, entry, arguments: Some(arguments), in_path }
    }
    async fn next(&mut self) -> Result<Option<Value>, Problem> {
        let Some(mut arguments) = self.arguments.take() else { return Ok(None) };
        let before = arguments.get("cursor").cloned();
        let call = Call { name: self.entry.name().to_owned(), arguments: Value::Object(arguments.clone()) };
        let answer = self.app.gate.submit(self.caller, Plan::one(call), Options::default()).await;
        let result = match answer.map_err(|error| self.app.problem(self.caller, about_path(error, self.in_path)))? {
            Answer::Done { result, .. } => result,
            _ => return Err(Error::internal("a read was answered by a preview").into()),
        };
        let follows = result.get("next_cursor").filter(|cursor| cursor.is_string() && self.entry.takes("cursor"));
        if let Some(cursor) = follows {
            if before.as_ref() == Some(cursor) {
                return Err(Error::internal("a list does not come to its end").into());
            }
            arguments.insert("cursor".to_owned(), cursor.clone());
            self.arguments = Some(arguments);
        }
        Ok(Some(result))
    }
}

/// How many rows there are with those of one more page.
fn counted(before: usize, page: Option<&Value>) -> Result<usize, Box<Refusal>> {
    let rows = before + page.and_then(Value::as_array).map_or(0, Vec::len);
    if rows <= MOST_ROWS {
        return Ok(rows);
    }
    let detail = format!("A file has at most {MOST_ROWS} rows, and more match.");
    let refusal = Refusal::new(Kind::Invalid, "export_too_large", detail);
    Err(Box::new(refusal.fix("Narrow the filter, for example to a year, and take several files.")))
}

fn unwritten(error: &std::io::Error) -> Error {
    Error::internal(format!("an export could not be written: {error}"))
}

/// Writes the pages as they come; an export that somebody gave up ends here too.
fn write(format: Format, title: &str, table: &Table, mut pages: mpsc::Receiver<Part>) -> Result<File> {
    let file = tempfile::tempfile().map_err(|error| unwritten(&error))?;
    let mut file = match format {
        Format::Csv => csv::write(file, table, &mut pages)?,
        Format::Xlsx => xlsx::write(file, title, table, &mut pages)?,
    };
    file.seek(SeekFrom::Start(0)).map_err(|error| unwritten(&error))?;
    Ok(file)
}

/// The next page; none at the end. Where whoever asked is gone, nothing is worth finishing.
fn next_page(pages: &mut mpsc::Receiver<Part>) -> Result<Option<Value>> {
    match pages.blocking_recv() {
        Some(Part::Page(page)) => Ok(Some(page)),
        Some(Part::End) => Ok(None),
        None => Err(Error::internal("an export was given up")),
    }
}

/// `accounting-invoices-2026-11-22.csv`
fn file_name(app: &App, caller: &Caller, entry: &Entry, format: Format) -> String {
    let (domain, entities, verb) = entry.parts();
    let what = if verb == "list" { entities } else { verb };
    let day = app.gate.clock().today(caller.principal.zone);
    format!("{domain}-{}-{day}.{}", what.replace('_', "-"), format.extension())
}

/// "Invoices", within what spreadsheets allow.
fn sheet_title(entry: &Entry) -> String {
    let (_, entities, verb) = entry.parts();
    let what = if verb == "list" { entities } else { verb };
    columns::readable(what).chars().take(31).collect()
}

fn answered(body: Body, length: Option<u64>, name: &str, format: Format) -> Response {
    let mut response = Response::new(body);
    let mut set = |header: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(header, value);
        }
    };
    let charset = if format == Format::Csv { "; charset=utf-8; header=present" } else { "" };
    set(CONTENT_TYPE, &format!("{}{charset}", format.media_type()));
    set(CONTENT_DISPOSITION, &disposition(name));
    set(CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'");
    if let Some(length) = length {
        set(CONTENT_LENGTH, &length.to_string());
    }
    response
}

#[cfg(test)]
mod tests;
