//! A multipart form, where an operation takes a file: `curl -F record=P-00010 -F content=@contract.pdf …`.

use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use serde_json::{Map, Value};
use steward_tools::files::encoded;
use steward_tools::{Entry, Kind, Refusal, codes};

use crate::arguments::value;
use crate::body::too_large;
use crate::problem::Problem;

/// Says on a request that its route takes a file.
#[derive(Clone, Copy)]
pub(crate) struct TakesFiles;

/// The parts of a form, in order.
pub(crate) struct Form(Vec<Part>);

enum Part {
    Text(String, String),
    File { field: String, name: String, content: String },
}

/// Whether the request is a form, to a route that takes files.
pub(crate) fn is_form(request: &Request) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    request.extensions().get::<TakesFiles>().is_some() && kind.to_ascii_lowercase().starts_with("multipart/form-data")
}

impl Form {
    pub(crate) async fn read(request: Request) -> Result<Self, Problem> {
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| malformed())?;
        let mut parts = Vec::new();
        while let Some(part) = form.next_field().await.map_err(unreadable)? {
            let field = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(str::to_owned) {
                Some(name) => {
                    let content = encoded(&part.bytes().await.map_err(unreadable)?);
                    parts.push(Part::File { field, name, content });
                }
                None => parts.push(Part::Text(field, part.text().await.map_err(unreadable)?)),
            }
        }
        Ok(Self(parts))
    }

    /// The parts as arguments: the schema says what a text is, and a file brings its name where none is given.
    pub(crate) fn arguments(self, entry: &Entry) -> Result<Map<String, Value>, Problem> {
        let properties = entry.input_schema.get("properties").unwrap_or(&Value::Null);
        let mut arguments = Map::new();
        let mut file_name = None;
        for part in self.0 {
            let (field, argument) = match part {
                Part::Text(field, text) => {
                    let argument = value(properties.get(&field), text);
                    (field, argument)
                }
                Part::File { field, name, content } => {
                    if !entry.uploads().contains(&field) {
                        let detail = format!("{field} is no file.");
                        return Err(Refusal::invalid(codes::INVALID_INPUT, &format!("/{field}"), detail).into());
                    }
                    file_name = Some(name);
                    (field, Value::String(content))
                }
            };
            if arguments.insert(field.clone(), argument).is_some() {
                return Err(
                    Refusal::new(Kind::Malformed, "malformed", format!("The form names \"{field}\" twice.")).into()
                );
            }
        }
        if let (Some(name), true) = (file_name, entry.takes("name")) {
            arguments.entry("name").or_insert(Value::String(name));
        }
        Ok(arguments)
    }
}

fn unreadable(error: axum::extract::multipart::MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { too_large() } else { malformed() }
}

fn malformed() -> Problem {
    Refusal::new(Kind::Malformed, "malformed", "The form could not be read.").into()
}
