//! How names are compared.

use unicode_normalization::UnicodeNormalization;

/// The stored key of a name: compatibility forms folded, lower case, letters and digits kept with one space
/// between words. Compared plainly it uses an index under row-level security, which `lower()` would not.
#[must_use]
pub fn name_key(name: &str) -> String {
    let folded: String = name.nfkc().flat_map(char::to_lowercase).collect();
    let mut key = String::with_capacity(folded.len());
    for word in folded.split(|c: char| !c.is_alphanumeric() && c != '&').filter(|word| !word.is_empty()) {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(word);
    }
    key
}
