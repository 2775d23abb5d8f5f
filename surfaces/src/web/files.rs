//! The files of the web app as its build left them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use rust_embed::Embed;
use sha2::{Digest as _, Sha256};

/// What was built; in tests and while developing the same as in a release, so that what is tried is what is shipped.
#[derive(Embed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Built;

/// The page from which everything else is loaded.
const INDEX: &str = "index.html";

/// The files of the web app. Cheap to clone.
#[derive(Clone, Default)]
pub struct Web(Arc<HashMap<String, File>>);

/// One file, and the forms in which it was compressed beforehand.
pub(super) struct File {
    pub(super) plain: Form,
    pub(super) gzip: Option<Form>,
    pub(super) brotli: Option<Form>,
}

/// One form of a file. Cheap to clone.
#[derive(Clone)]
pub(super) struct Form {
    pub(super) bytes: Bytes,
    /// The hash of these very bytes.
    pub(super) etag: String,
}

impl Form {
    fn of(bytes: Cow<'static, [u8]>) -> Self {
        let hash = Sha256::digest(&bytes);
        let etag = format!("\"{}\"", hash[..16].iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        let bytes = match bytes {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        Self { bytes, etag }
    }
}

impl Web {
    /// The app that is part of this binary, if it was built before.
    #[must_use]
    pub fn embedded() -> Self {
        let all = Built::iter().filter_map(|name| Some((name.to_string(), Built::get(&name)?.data)));
        Self::of(all)
    }
    /// These files, by their names below the root.
    #[must_use]
    pub fn of(files: impl IntoIterator<Item = (String, Cow<'static, [u8]>)>) -> Self {
        let all = files.into_iter().filter(|(name, _)| !is_hidden(name));
        let mut forms: HashMap<String, Form> = all.map(|(name, bytes)| (name, Form::of(bytes))).collect();
        let compressed = |name: &String, forms: &HashMap<String, Form>| {
            let base = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".br"));
            base.is_some_and(|base| forms.contains_key(base))
        };
        let names: Vec<String> = forms.keys().filter(|name| !compressed(name, &forms)).cloned().collect();
        let files = names.into_iter().filter_map(|name| {
            let (gzip, brotli) = (forms.remove(&format!("{name}.gz")), forms.remove(&format!("{name}.br")));
            Some((name.clone(), File { plain: forms.remove(&name)?, gzip, brotli }))
        });
        Self(Arc::new(files.collect()))
    }
    /// Whether the app is there.
    #[must_use]
    pub fn is_built(&self) -> bool {
        self.0.contains_key(INDEX)
    }
    pub(super) fn index(&self) -> Option<&Form> {
        self.0.get(INDEX).map(|file| &file.plain)
    }
    /// The file at this path; names need no percent-encoding.
    pub(super) fn file(&self, path: &str) -> Option<&File> {
        self.0.get(path.strip_prefix('/')?)
    }
}

/// What a build leaves for its own use.
fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| part.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compressed_forms_stand_beside_their_file() {
        let file = |name: &'static str| (name.to_owned(), Cow::Borrowed(name.as_bytes()));
        let web = Web::of(["a.js", "a.js.gz", "a.js.br", "lonely.gz", ".vite/manifest.json"].map(file));
        let found = web.file("/a.js").unwrap();
        assert_eq!(found.gzip.as_ref().unwrap().bytes, "a.js.gz".as_bytes());
        assert_ne!(found.plain.etag, found.brotli.as_ref().unwrap().etag);
        assert!(web.file("/lonely.gz").is_some(), "what has no other form is a file itself");
        assert!(web.file("/a.js.gz").is_none() && web.file("/.vite/manifest.json").is_none());
        assert!(!web.is_built() && web.file("a.js").is_none());
    }
}
