//! The guides as the server shows them, and what they list against what there is.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use reqwest::StatusCode;
use steward_server::{compose, config};
use steward_surfaces::docs::{GUIDES, llms, llms_full};

use crate::docs_commands::guides;
use crate::http::Server;

fn written(name: &str) -> &'static str {
    GUIDES.iter().find(|guide| guide.name == name).unwrap().text
}

#[test]
fn every_guide_is_shown_and_begins_with_what_it_is_about() {
    let there: BTreeSet<String> =
        guides().into_iter().filter_map(|(name, _)| Some(name.strip_suffix(".md")?.to_owned())).collect();
    let shown: BTreeSet<String> =
        GUIDES.iter().map(|guide| guide.name.to_owned()).chain(["README".to_owned()]).collect();
    assert_eq!(there, shown, "docs/*.md and GUIDES of surfaces/src/docs/guides.rs");
    for guide in GUIDES {
        assert!(guide.text.starts_with("# "), "{}", guide.name);
        assert!((20..=200).contains(&guide.about().chars().count()), "{}: {}", guide.name, guide.about());
    }
}

/// The first column of the table under a heading, and the second, without their ticks.
fn rows(text: &str, heading: &str) -> Vec<(String, String)> {
    let (_, rest) = text.split_once(&format!("\n## {heading}\n")).unwrap();
    let table = rest.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).collect::<Vec<_>>();
    table.skip(2).map(cells).map(|cells| (cells[1].clone(), cells[2].clone())).collect()
}

#[test]
fn every_setting_is_told() {
    let told: BTreeSet<(String, String)> = rows(written("operate"), "Settings").into_iter().collect();
    let there = config::SETTINGS.iter().map(|(key, name)| ((*key).to_owned(), (*name).to_owned())).collect();
    assert_eq!(told, there, "the table of docs/operate.md and SETTINGS of server/src/config.rs");
}

#[test]
fn a_model_is_told_every_operation() {
    let catalogue = compose::catalogue().unwrap();
    let short = llms(&catalogue);
    assert!(short.starts_with("# Steward\n\n> "), "llmstxt.org: a title, then a summary");
    assert!(catalogue.iter().all(|entry| short.contains(&format!("- [{}](", entry.name()))));
    assert!(GUIDES.iter().all(|guide| llms_full(&catalogue).contains(guide.text)));
    assert_snapshot!(short);
}

/// Where a page leads.
fn links(page: &str) -> BTreeSet<String> {
    let led = page.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    led.map(|link| link.replace("&amp;", "&")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_link_of_every_page_leads_somewhere() {
    let server = Server::start().await;
    let get = async |path: &str| server.client.get(format!("{}{path}", server.url)).send().await.unwrap();
    let mut to_see: Vec<String> = ["/", "/docs", "/docs/api/"].map(str::to_owned).to_vec();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    while let Some(link) = to_see.pop() {
        let (path, place) = link.split_once('#').unwrap_or((&link, ""));
        if path.starts_with("http") || path.starts_with("data:") || !seen.insert(link.clone()) {
            continue;
        }
        let answer = get(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{link}");
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        if !kind.starts_with("text/html") {
            continue;
        }
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        let page = answer.text().await.unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("http"), "{path}: {policy}");
        assert!(!page.contains("<script>") && !page.contains(" style=\"") && !page.contains(" onclick"), "{path}");
        assert!(!page.contains("src=\"http") && !page.contains("href=\"//"), "{path} loads something from elsewhere");
        assert!(place.is_empty() || page.contains(&format!("id=\"{place}\"")), "{link} names no place");
        // relative links of the interactive page are beside it
        let beside = |link: String| {
            if link.starts_with('/') || link.contains(':') || link.starts_with('#') {
                link
            } else {
                format!("/docs/api/{link}")
            }
        };
        to_see.extend(
            links(&page)
                .into_iter()
                .map(beside)
                .map(|link| if link.starts_with('#') { format!("{path}{link}") } else { link }),
        );
    }
    assert!(GUIDES.iter().all(|guide| seen.contains(&format!("/docs/guide/{}", guide.name))));
    assert!(seen.contains("/docs/api/swagger-ui.css"));
}

#[tokio::test(flavor = "multi_thread")]
async fn guides_are_there_as_pages_and_as_written_and_others_are_not() {
    let server = Server::start().await;
    let get = async |path: &str| server.client.get(format!("{}{path}", server.url)).send().await.unwrap();
    let page = get("/docs/guide/rights").await;
    assert_eq!(page.headers()["x-content-type-options"], "nosniff");
    assert!(page.text().await.unwrap().contains("<h1>Rights, approvals and taking back</h1>"));
    assert_eq!(get("/docs/guide/rights.md").await.text().await.unwrap(), written("rights"));
    assert!(get("/docs/api/swagger-initializer.js").await.text().await.unwrap().contains("\"/openapi.json\""));
    assert!(get("/llms.txt").await.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
    for nothing in
        ["/docs/guide/nothing", "/docs/guide/..%2FREADME", "/docs/api/../../etc/passwd", "/docs/api/nothing.js"]
    {
        assert_eq!(get(nothing).await.status(), StatusCode::NOT_FOUND, "{nothing}");
    }
}
