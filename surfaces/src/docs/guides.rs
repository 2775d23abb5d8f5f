//! The guides of `docs/`, in the order in which they are read.

use super::markdown;

/// A guide: the same file in the repository and on the server.
#[derive(Debug)]
pub struct Guide {
    /// Its name, without `.md`.
    pub name: &'static str,
    /// What it says, in Markdown.
    pub text: &'static str,
}

macro_rules! guides {
    ($($name:literal),* $(,)?) => {
        [$(Guide { name: $name, text: include_str!(concat!("../../../docs/", $name, ".md")) }),*]
    };
}

/// Every guide. A file of `docs/` that is not here is found by a test.
pub const GUIDES: &[Guide] = &guides![
    "install",
    "first-hour",
    "web",
    "demo",
    "concepts",
    "rights",
    "operate",
    "extend",
    "bad-input",
    "evals",
    "performance"
];

impl Guide {
    /// Its first line.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches('#').trim()
    }
    /// Its first sentence.
    #[must_use]
    pub fn about(&self) -> String {
        let paragraph = self.text.split("\n\n").nth(1).unwrap_or_default().replace('\n', " ");
        let plain = markdown::plain(&paragraph);
        plain.split_once(". ").map_or(plain.clone(), |(first, _)| format!("{first}."))
    }
}

/// The guides as links, the open one marked.
pub(super) fn menu(open: Option<&str>) -> String {
    let link = |guide: &Guide| {
        let here = if open == Some(guide.name) { " aria-current=\"page\"" } else { "" };
        format!("<li><a href=\"/docs/guide/{}\"{here}>{}</a></li>", guide.name, markdown::escaped(guide.title()))
    };
    GUIDES.iter().map(link).collect()
}

/// What `/docs` shows.
pub(super) fn index() -> String {
    let row = |guide: &Guide| {
        let (title, about) = (markdown::escaped(guide.title()), markdown::escaped(&guide.about()));
        format!("<dt><a href=\"/docs/guide/{}\">{title}</a></dt><dd>{about}</dd>", guide.name)
    };
    let rows: String = GUIDES.iter().map(row).collect();
    format!(
        "<h1>Guides</h1><dl class=\"cards\">{rows}</dl><h2>The interface</h2><dl class=\"cards\">\
         <dt><a href=\"/docs/api/\">Every path, to try</a></dt><dd>Sign in, authorise with the token, and call it from the page.</dd>\
         <dt><a href=\"/openapi.json\">openapi.json</a></dt><dd>The same for programs, as OpenAPI 3.1.</dd>\
         <dt><a href=\"/llms.txt\">llms.txt</a></dt><dd>The same for language models.</dd></dl>"
    )
}
