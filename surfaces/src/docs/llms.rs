//! `/llms.txt` (<https://llmstxt.org>): what a language model needs to find its way.

use std::fmt::Write as _;

use steward_tools::{Catalogue, Entry};

use super::guides::{GUIDES, Guide};

const START: &str = "\
# Steward

> An ERP that people talk to. Every operation is an HTTP route, a tool for a model and a sentence in a conversation, and
> all of them pass one gate: tenant, shape, policy, preview, confirmation, record.

- Sign in: `POST /api/v1/auth/token` with `organization`, `email`, `password`; send the `access_token` as bearer token. An
  API key is sent the same way.
- `GET /api/v1/tools` lists what the one who asks may do, with JSON Schemas; `POST /api/v1/tools/{name}` does it.
- With `?dry_run=true` the real code runs and is rolled back: the answer shows what would happen. Preview before writing.
- Several calls that belong together are one plan: `POST /api/v1/plans`. A later call refers to an earlier result by
  `{\"$result\":[0,\"/id\"]}`.
- Name records by number or name. A name that is misspelt or fits several is refused with `candidates`; never invent an id.
- 202 means that somebody has to say yes first: nothing has happened yet. Only a signed-in person decides.
- A refusal has a `code` and a `fix`. What was done is taken back by `POST /api/v1/calls/{id}/undo`.
";

/// The short one: guides, interface, and every operation in a line.
#[must_use]
pub fn llms(catalogue: &Catalogue) -> String {
    let mut text = START.to_owned();
    text.push_str("\n## Guides\n\n");
    for guide in GUIDES {
        let _ = writeln!(text, "- [{}](/docs/guide/{}.md): {}", guide.title(), guide.name, guide.about());
    }
    text.push_str(
        "\n## Interface\n\n\
         - [OpenAPI](/openapi.json): every path with its arguments, answers and refusals\n\
         - [Interactive](/docs/api/): the same as a page for people\n\
         - [All guides in one](/llms-full.txt): this file and every guide\n",
    );
    for (domain, about) in catalogue.domains() {
        let _ = writeln!(text, "\n## Operations: {domain}\n\n{about}\n");
        catalogue.iter().filter(|entry| entry.parts().0 == domain).for_each(|entry| line(&mut text, entry));
    }
    text
}

fn line(text: &mut String, entry: &Entry) {
    let (domain, ..) = entry.parts();
    let (name, tool, title, effect) = (entry.name(), &entry.tool, &entry.title, entry.op.effect().as_str());
    let _ = writeln!(text, "- [{name}](/docs/api/#/{domain}/{tool}): {title} ({effect})");
}

/// The long one: the same with every guide.
#[must_use]
pub fn llms_full(catalogue: &Catalogue) -> String {
    let guides = GUIDES.iter().map(|Guide { text, .. }| format!("\n---\n\n{text}"));
    llms(catalogue) + &guides.collect::<String>()
}
