//! Unit tests of the parts; the whole is tried through the real gate.
