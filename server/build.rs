//! The migrations are part of the binary: a new one must be noticed.

fn main() {
    println!("cargo:rerun-if-changed=../migrations");
}
