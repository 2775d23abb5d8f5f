//! The web app is part of the binary where it was built before; without it there is an empty folder, so that a build
//! needs no Node, and notices when the app appears.

fn main() {
    const DIST: &str = "../web/dist";
    // where the sources cannot be written, the app was never built there either
    let _ = std::fs::create_dir_all(DIST);
    println!("cargo:rerun-if-changed={DIST}");
}
