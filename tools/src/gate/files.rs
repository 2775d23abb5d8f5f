//! Files on their way in and out: uploads are stored before the transaction, so that nothing behind it holds their bytes;
//! what was answered is read back after it.

use serde_json::{Value, json};

use super::run::at_step;
use super::{Answer, Gate, Inner, Plan};
use crate::files::{File, Read, decoded, encoded};
use crate::{Call, Caller, Entry, Refusal, Result, codes};

/// The most bytes that an answer carries as base64.
const INLINE: i64 = 1_000_000;

/// Replaces the bytes of every upload by their hash, size and type, after storing them. Whatever comes of it, no bytes are
/// left in the plan: what is refused can be recorded.
pub(super) async fn take(inner: &Inner, caller: &Caller, plan: &mut Plan, keep: bool) -> Result<()> {
    let mut taken = Ok(());
    for (i, call) in plan.calls.iter_mut().enumerate() {
        let Some(entry) = inner.catalogue.get(&call.name).filter(|entry| !entry.uploads.is_empty()) else { continue };
        let may = inner.may(caller, entry)?;
        for field in &entry.uploads {
            let Some(slot) = call.arguments.get_mut(field).filter(|slot| !slot.is_null()) else { continue };
            let value = std::mem::replace(slot, json!("not kept"));
            if !may || taken.is_err() {
                continue;
            }
            match stored(inner, caller, &value, &format!("/{field}"), keep).await {
                Ok(upload) => *slot = upload,
                Err(error) => taken = Err(at_step(error, i, plan.single)),
            }
        }
    }
    taken
}

async fn stored(inner: &Inner, caller: &Caller, value: &Value, pointer: &str, keep: bool) -> Result<Value> {
    // a hash from outside would give whoever knows it a file they may not see
    let Value::String(text) = value else { return Err(not_bytes(pointer)) };
    let bytes = decoded(text, inner.files.limit, pointer)?;
    Ok(serde_json::to_value(inner.files.take(caller.principal.org, bytes, keep).await?)?)
}

/// Uploads are what the gate stored for this very call: an earlier result does not stand for one.
pub(super) fn given_directly(entry: &Entry, call: &Call, input: &Value) -> Result<()> {
    match entry.uploads.iter().find(|field| input.get(*field) != call.arguments.get(*field)) {
        Some(field) => Err(not_bytes(&format!("/{field}"))),
        None => Ok(()),
    }
}

fn not_bytes(pointer: &str) -> crate::Error {
    Refusal::invalid(codes::INVALID_INPUT, pointer, "A file is given as its bytes.")
        .fix("Send the file's bytes as base64.")
        .into()
}

impl Gate {
    /// The most bytes that an uploaded file may have.
    #[must_use]
    pub fn file_limit(&self) -> usize {
        self.inner.files.limit
    }

    /// The bytes behind a file that this gate answered to this caller.
    pub async fn read_file(&self, caller: &Caller, result: &Value) -> Result<Read> {
        let file: File = serde_json::from_value(result.clone())?;
        self.inner.files.read(caller.principal.org, file).await
    }

    /// The answer with the content of its files, or where there is more than an answer carries, a link. For surfaces whose
    /// answers are not kept.
    pub async fn with_contents(
        &self,
        caller: &Caller,
        calls: &[Call],
        mut answer: Answer,
        link: impl Fn(&Entry, &Call) -> Option<String>,
    ) -> Result<Answer> {
        let Answer::Done { result, .. } = &mut answer else { return Ok(answer) };
        let single = !result.is_array();
        for (i, call) in calls.iter().enumerate() {
            let Some(entry) = self.inner.catalogue.get(&call.name).filter(|entry| entry.answers_file()) else {
                continue;
            };
            let Some(slot) = (if single { Some(&mut *result) } else { result.get_mut(i) }) else { continue };
            if slot.get("size").and_then(Value::as_i64).is_some_and(|size| size <= INLINE) {
                let read = self.read_file(caller, slot).await?;
                slot["content"] = json!(encoded(&read.bytes));
            } else if let Some(link) = link(entry, call) {
                slot["link"] = json!(link);
            }
        }
        Ok(answer)
    }
}
