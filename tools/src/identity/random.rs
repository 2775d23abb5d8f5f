//! Secrets that people and programs carry: random, and kept as hashes only.

use sha2::{Digest, Sha256};

use crate::page::hex;
use crate::{Error, Result};

/// 256 random bits as text.
pub(super) fn secret() -> Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|e| Error::internal(format!("no random bytes: {e}")))?;
    Ok(hex(&bytes))
}

/// What is kept of a secret. It has 256 random bits, so nothing slower is needed to make guessing hopeless.
pub(super) fn hashed(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}
