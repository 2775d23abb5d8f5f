//! How people name a bill.

use futures::future::BoxFuture;
use steward_tools::{Cx, Entity, Found, Match, Result, Typed};

use crate::documents::{Side, entity};

/// A vendor bill, by id or number. A vendor's name finds its latest bills as candidates.
pub struct Bill;

impl Entity for Bill {
    const NAME: &'static str = "accounting.bills";
    const NOUN: &'static str = "bill";
    const TABLE: Option<&'static str> = Some("invoices");
    const ROWS: Option<&'static str> = Some("bills");

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(entity::find(cx, Side::Purchase, texts))
    }

    /// By number, or by the vendor's name.
    fn search<'a>(cx: &'a mut Cx, typed: &'a Typed) -> BoxFuture<'a, Result<Vec<Found>>> {
        Box::pin(entity::search(cx, Side::Purchase, typed))
    }
}
