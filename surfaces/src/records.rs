//! Records found while somebody types.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use steward_tools::{Lookup, Refusal, codes};

use crate::App;
use crate::arguments::Asked;
use crate::auth::Signed;
use crate::problem::Reply;
use crate::reply::list;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/api/v1/records", get(records))
}

async fn records(State(app): State<App>, Signed(caller): Signed, mut query: Asked) -> Reply {
    let limit = query.text("limit").map(|text| text.parse::<u16>());
    let (q, entity) = (query.text("q").unwrap_or_default(), query.text("entity"));
    let lookup = Lookup { q, entity, limit: limit.transpose().map_err(|_| not_a_number())? };
    query.nothing_else()?;
    list(app.gate.records(&caller, &lookup).await.map_err(|e| app.problem(&caller, e))?)
}

fn not_a_number() -> Refusal {
    Refusal::invalid(codes::INVALID_INPUT, "/limit", "limit is a number from 1 to 50.").fix("Leave it out for 10.")
}
