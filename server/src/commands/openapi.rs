//! `steward openapi`

use std::process::ExitCode;

use crate::{Result, compose, out};

pub(crate) fn run() -> Result<ExitCode> {
    out::json(&steward_surfaces::openapi(&compose::catalogue()?));
    Ok(ExitCode::SUCCESS)
}
