//! How people name an invoice.

use futures::future::BoxFuture;
use steward_tools::{Cx, Entity, Found, Match, Result, Typed};

use crate::documents::{Side, entity};

/// A customer invoice, by id or number. A customer's name finds its latest invoices as candidates.
pub struct Invoice;

impl Entity for Invoice {
    const NAME: &'static str = "accounting.invoices";
    const NOUN: &'static str = "invoice";
    const ROWS: Option<&'static str> = Some("sales_invoices");

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(entity::find(cx, Side::Sale, texts))
    }

    /// By number, or by the customer's name.
    fn search<'a>(cx: &'a mut Cx, typed: &'a Typed) -> BoxFuture<'a, Result<Vec<Found>>> {
        Box::pin(entity::search(cx, Side::Sale, typed))
    }
}
