//! Server-sent events, read as leniently as they are sent.

use serde::de::IgnoredAny;

/// One event.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Event {
    /// What `event:` said.
    pub(super) kind: String,
    /// The lines of `data:`.
    pub(super) data: String,
}

impl Event {
    /// The sign that OpenAI's streams end with.
    pub(super) fn is_done(&self) -> bool {
        self.data.trim() == "[DONE]"
    }
    /// Whether it is one that may stand alone.
    pub(super) fn is_whole(&self) -> bool {
        self.is_done() || (!self.data.is_empty() && serde_json::from_str::<IgnoredAny>(&self.data).is_ok())
    }
}

/// Makes events of bytes, wherever they are split.
#[derive(Debug, Default)]
pub(super) struct Events {
    line: Vec<u8>,
    after_return: bool,
    event: Event,
}

impl Events {
    /// The events that these bytes complete.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<Event> {
        let mut events = Vec::new();
        for &byte in bytes {
            let second_half = std::mem::take(&mut self.after_return) && byte == b'\n';
            match byte {
                b'\n' if second_half => {}
                b'\n' | b'\r' => {
                    self.after_return = byte == b'\r';
                    events.extend(self.end_of_line());
                }
                _ => self.line.push(byte),
            }
        }
        events
    }
    /// What is left when the stream ends; it counts if it is whole, though no empty line follows.
    pub(super) fn finish(&mut self) -> Vec<Event> {
        let mut events: Vec<_> = self.end_of_line().into_iter().collect();
        events.extend(self.dispatch().filter(Event::is_whole));
        events
    }
    fn end_of_line(&mut self) -> Option<Event> {
        let line = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_start_matches('\u{feff}');
        if line.is_empty() {
            return self.dispatch();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event.kind),
            "data" => {
                // some servers leave out the empty line between events
                let begins = value.trim_start().starts_with(['{', '[']);
                let before = if begins && self.event.is_whole() { self.dispatch() } else { None };
                if !self.event.data.is_empty() {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
                return before;
            }
            // comments (an empty field), ids, times to wait, and what nobody knows
            _ => {}
        }
        None
    }
    fn dispatch(&mut self) -> Option<Event> {
        let event = std::mem::take(&mut self.event);
        (!event.data.trim().is_empty()).then_some(event)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8], size: usize) -> Vec<(String, String)> {
        let mut events = Events::default();
        let mut all: Vec<_> = bytes.chunks(size.max(1)).flat_map(|chunk| events.push(chunk)).collect();
        all.extend(events.finish());
        all.into_iter().map(|event| (event.kind, event.data)).collect()
    }

    fn data(text: &str) -> (String, String) {
        (String::new(), text.to_owned())
    }

    #[test]
    fn every_way_of_writing_events_is_read() {
        for (text, expected) in [
            ("data: {\"a\":1}\n\ndata: [DONE]\n\n", vec![data("{\"a\":1}"), data("[DONE]")]),
            ("data:{\"a\":1}\r\n\r\n", vec![data("{\"a\":1}")]),
            ("data: {}\r\rdata: {}\r\r", vec![data("{}"), data("{}")]),
            (": keep-alive\n\n\n:\nevent: ping\n\ndata: {}\n\n", vec![data("{}")]),
            ("data: {\"a\":\ndata: 1}\n\n", vec![data("{\"a\":\n1}")]),
            ("data: {}\ndata: {\"b\":2}\ndata: [DONE]\n", vec![data("{}"), data("{\"b\":2}"), data("[DONE]")]),
            ("\u{feff}id: 7\nretry: 5\nevent: x\ndata: {}\n\n", vec![("x".to_owned(), "{}".to_owned())]),
            ("data: {\"a\": \"unfinish", vec![]),
            ("data: {}", vec![data("{}")]),
            ("nonsense\n\n", vec![]),
        ] {
            for size in 1..=text.len() {
                assert_eq!(read(text.as_bytes(), size), expected, "{text:?} in pieces of {size}");
            }
        }
    }

    proptest! {
        #[test]
        fn pieces_make_no_difference_and_nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), size in 1_usize..9) {
            prop_assert_eq!(read(&bytes, size), read(&bytes, bytes.len()));
        }
    }
}
