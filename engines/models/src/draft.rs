//! A reply while it comes, whichever protocol it comes by.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

use crate::{Arguments, Broken, ModelError, Reply, Stop, ToolCall, Usage};

/// What was understood so far.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) text: String,
    pub(crate) calls: Vec<DraftCall>,
    pub(crate) stop: Option<Stop>,
    pub(crate) usage: Usage,
}

/// A call whose pieces come one by one.
#[derive(Debug, Default)]
pub(crate) struct DraftCall {
    /// Its place, where the server tells.
    pub(crate) index: Option<u64>,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) arguments: String,
}

impl Draft {
    /// More words; returns them as they may be passed on: no database keeps a NUL.
    pub(crate) fn say(&mut self, words: &str) -> String {
        let words = words.replace('\0', "");
        self.text.push_str(&words);
        words
    }
    /// The reply, if it is one.
    pub(crate) fn finish(self, model: &str) -> Result<Reply, ModelError> {
        let mut seen = HashSet::new();
        let calls: Vec<_> = self
            .calls
            .into_iter()
            .filter(|call| !(call.name.trim().is_empty() && call.arguments.trim().is_empty()))
            .map(|call| {
                // results are told apart by their ids: each has one, and no two have the same
                let id = if call.id.is_empty() || !seen.insert(call.id.clone()) { fresh_id() } else { call.id };
                let name = call.name.trim().replace('\0', "");
                ToolCall { id, name, arguments: Arguments::read(&call.arguments) }
            })
            .collect();
        let stop = self.stop.unwrap_or(Stop::Done);
        // what was held back is an answer too; what is merely empty is none
        if self.text.trim().is_empty() && calls.is_empty() && stop != Stop::Filtered {
            return Err(ModelError::Broken { model: model.to_owned(), broken: Broken::Empty });
        }
        Ok(Reply { text: self.text, calls, stop, usage: self.usage, model: model.to_owned() })
    }
}

/// An id of our own, unlike those of other replies in the conversation.
fn fresh_id() -> String {
    format!("call_{:016x}", RandomState::new().hash_one(0_u8))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(id: &str, name: &str) -> DraftCall {
        DraftCall { id: id.to_owned(), name: name.to_owned(), ..DraftCall::default() }
    }

    #[test]
    fn every_call_has_an_id_of_its_own() {
        let calls = vec![call("a", "x"), call("a", "y"), call("", "z"), call("", "z"), call("", "")];
        let reply = Draft { calls, ..Draft::default() }.finish("m").unwrap();
        let ids: HashSet<_> = reply.calls.iter().map(|call| call.id.clone()).collect();
        assert_eq!((reply.calls.len(), ids.len()), (4, 4));
        assert_eq!(reply.calls[0].id, "a");
    }

    #[test]
    fn nothing_is_no_reply_but_held_back_is_one() {
        let empty = Draft { text: " \n".to_owned(), ..Draft::default() };
        assert!(matches!(empty.finish("m"), Err(ModelError::Broken { broken: Broken::Empty, .. })));
        assert!(Draft { stop: Some(Stop::Filtered), ..Draft::default() }.finish("m").is_ok());
    }

    #[test]
    fn no_nul_gets_through() {
        let mut draft = Draft::default();
        assert_eq!(draft.say("a\0b"), "ab");
        assert_eq!(draft.finish("m").unwrap().text, "ab");
    }
}
