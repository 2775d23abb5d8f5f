//! Passwords: how they are kept, compared and chosen.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use crate::{Error, Refusal, Result};

/// Shorter ones are guessed, longer ones are no passwords.
const LENGTH: std::ops::RangeInclusive<usize> = 10..=200;
/// Checking a password costs 19 MiB and a core on purpose: only so many at a time.
static CHECKS: Semaphore = Semaphore::const_new(4);

/// Argon2id with the crate's recommended cost, as a PHC string. The same letters typed on another keyboard are
/// the same password (NFC).
pub fn hash_password(password: &str) -> Result<String> {
    let password: String = password.nfc().collect();
    let hash =
        Argon2::default().hash_password(password.as_bytes()).map_err(|e| Error::internal(format!("argon2: {e}")))?;
    Ok(hash.to_string())
}

/// The right to let the machine work on one password.
pub(super) async fn turn() -> Result<tokio::sync::SemaphorePermit<'static>> {
    CHECKS.acquire().await.map_err(|e| Error::internal(e.to_string()))
}

/// Off the threads that serve.
pub(super) async fn hash(password: String) -> Result<String> {
    tokio::task::spawn_blocking(move || hash_password(&password))
        .await
        .map_err(|e| Error::internal(format!("password hash: {e}")))?
}

/// Off the threads that serve. Without a stored hash the same work is done on a hash that nothing matches.
pub(super) async fn verify(hash: Option<String>, password: String) -> Result<bool> {
    tokio::task::spawn_blocking(move || matches(hash.as_deref(), &password))
        .await
        .map_err(|e| Error::internal(format!("password check: {e}")))
}

fn matches(hash: Option<&str>, password: &str) -> bool {
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$dGhpcyBpcyBubyBoYXNoIG9mIGFueSBwYXNzd29yZCE";
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(NOBODY)) else { return false };
    let password: String = password.nfc().collect();
    Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && hash.is_some()
}

/// Refuses what everybody would try first. `known` is what others know of the person: e-mail, organisation.
pub(super) fn check(password: &str, pointer: &str, known: &[&str]) -> Result<()> {
    let length = password.chars().count();
    let refuse = |detail: String| {
        Refusal::invalid("weak_password", pointer, detail)
            .fix("Choose a password of at least 10 characters; a few unrelated words are good.")
    };
    if !LENGTH.contains(&length) {
        let detail = format!("A password has {} to {} characters.", LENGTH.start(), LENGTH.end());
        return Err(refuse(detail).into());
    }
    let plain = |text: &str| text.trim().nfkc().flat_map(char::to_lowercase).collect::<String>();
    let chosen = plain(password);
    if known.iter().any(|known| plain(known) == chosen) {
        return Err(refuse("The e-mail and the organisation are no passwords: everybody knows them.".to_owned()).into());
    }
    let mut letters = chosen.chars();
    let first = letters.next();
    if letters.all(|letter| Some(letter) == first) {
        return Err(refuse("One letter over and over is no password.".to_owned()).into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(password: &str) -> Option<String> {
        let checked =
            check(password, "/password", &["ada@meridian.example", "Meridian Wholesale GmbH", "meridian-wholesale"]);
        checked.err().map(|error| error.refusal().unwrap().code.clone())
    }

    #[test]
    fn what_everybody_knows_is_no_password() {
        let weak = [
            "",
            "short",
            "123456789",
            &"x".repeat(201),
            "aaaaaaaaaaaa",
            "Ada@Meridian.example",
            " meridian wholesale gmbh ",
        ];
        for password in weak {
            assert_eq!(code(password).as_deref(), Some("weak_password"), "{password}");
        }
        for password in ["correct horse", "ßüöäßüöäßü", &"ab".repeat(100)] {
            assert_eq!(code(password), None, "{password}");
        }
    }

    #[test]
    fn the_same_letters_are_the_same_password() {
        let hash = hash_password("Caf\u{e9} au lait").unwrap();
        assert!(matches(Some(&hash), "Cafe\u{301} au lait"));
        assert!(!matches(Some(&hash), "cafe au lait") && !matches(None, "Caf\u{e9} au lait"));
    }
}
