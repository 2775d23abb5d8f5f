//! One JSON object a line. What the spans around a line say stands beside what the line says, the inner one winning:
//! `request_id` is a key of the object, wherever in the request the line was written.

use std::fmt;
use std::io::Write as _;
use std::time::Instant;

use chrono::{SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use steward_tools::measure::{AGENT, GATE};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::scrub::told;

/// Writes the lines.
pub(super) struct Lines<W> {
    to: W,
}

/// What a span says, and when it began.
struct Said {
    fields: Fields,
    since: Instant,
}

impl<W: for<'w> MakeWriter<'w>> Lines<W> {
    pub(super) const fn new(to: W) -> Self {
        Self { to }
    }

    fn write<'s, S>(
        &self,
        metadata: &Metadata<'_>,
        around: impl Iterator<Item = SpanRef<'s, S>>,
        own: Map<String, Value>,
    ) where
        S: Subscriber + for<'l> LookupSpan<'l> + 's,
    {
        let mut line = Map::new();
        line.insert("time".to_owned(), json!(Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true)));
        line.insert("level".to_owned(), json!(metadata.level().as_str()));
        line.insert("target".to_owned(), json!(metadata.target()));
        for span in around {
            if let Some(said) = span.extensions().get::<Said>() {
                line.extend(said.fields.0.clone());
            }
        }
        line.extend(own);
        if let Ok(mut text) = serde_json::to_vec(&line) {
            text.push(b'\n');
            // nobody is left to tell when the log itself cannot be written
            let _lost = self.to.make_writer_for(metadata).write_all(&text);
        }
    }
}

impl<S, W> Layer<S> for Lines<W>
where
    S: Subscriber + for<'l> LookupSpan<'l>,
    W: for<'w> MakeWriter<'w> + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(Said { fields, since: Instant::now() });
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(said) = span.extensions_mut().get_mut::<Said>()
        {
            values.record(&mut said.fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut own = Fields::default();
        event.record(&mut own);
        self.write(event.metadata(), context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()), own.0);
    }

    /// Steps of the gate and of conversations, where somebody follows them: how long each took.
    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id).filter(|span| [GATE, AGENT].contains(&span.metadata().target())) else {
            return;
        };
        let took = span.extensions().get::<Said>().map(|said| said.since.elapsed());
        let took = took.map_or(0, |took| u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        let own = [("message", json!("step")), ("step", json!(span.name())), ("us", json!(took))];
        let own = own.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        self.write(span.metadata(), span.scope().from_root(), own);
    }
}

/// Fields as JSON.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        self.0.insert(field.name().to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, Value::String(told(field.name(), format!("{value:?}"))));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, Value::String(told(field.name(), value.to_owned())));
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, json!(value));
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, json!(value));
    }
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, json!(value));
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, json!(value));
    }
}
