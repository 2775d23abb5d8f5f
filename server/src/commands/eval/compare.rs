//! `steward eval compare A.jsonl B.jsonl`

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;
use steward_evals::compare::compare;
use steward_evals::record;

use super::Compare;
use crate::commands::Asked;
use crate::{Result, out};

pub(super) fn run(asked: &Asked, args: &Compare) -> Result<ExitCode> {
    let (first, second) = (record::read(&args.first)?, record::read(&args.second)?);
    let found = compare(&first, &second);
    if asked.json {
        out::json(&json!({
            "paired": found.paired(), "both": found.both, "neither": found.neither, "only_first": found.only_first,
            "only_second": found.only_second, "apart": found.apart, "p": found.p(),
        }));
    } else {
        out::line(&found.told(&name(&args.first), &name(&args.second)));
    }
    Ok(ExitCode::SUCCESS)
}

fn name(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}
