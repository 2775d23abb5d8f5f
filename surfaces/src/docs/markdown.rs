//! From Markdown to HTML. The text is ours, but HTML in it is shown, not run.

use std::collections::BTreeSet;

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html as write};

/// A guide as HTML: headings can be linked to, and links between guides lead to their pages.
pub(super) fn html(text: &str) -> String {
    let mut events: Vec<Event<'_>> = Parser::new_ext(text, Options::ENABLE_TABLES).map(shown).collect();
    name_headings(&mut events);
    let mut page = String::with_capacity(text.len() * 2);
    write::push_html(&mut page, framed(events));
    page
}

/// The words of a piece of Markdown.
pub(super) fn plain(text: &str) -> String {
    Parser::new(text).filter_map(word).map(CowStr::into_string).collect()
}

/// Text as HTML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn word(event: Event<'_>) -> Option<CowStr<'_>> {
    match event {
        Event::Text(text) | Event::Code(text) => Some(text),
        Event::SoftBreak | Event::HardBreak => Some(" ".into()),
        _ => None,
    }
}

fn shown(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type, dest_url: address(&dest_url).into(), title, id })
        }
        other => other,
    }
}

/// `rights.md#x` is a page here.
fn address(link: &str) -> String {
    let (file, place) = link.split_once('#').map_or((link, String::new()), |(file, place)| (file, format!("#{place}")));
    match file.strip_suffix(".md").filter(|name| !name.contains('/')) {
        Some(name) => format!("/docs/guide/{name}{place}"),
        None => link.to_owned(),
    }
}

/// A name for each heading, from its words.
fn name_headings(events: &mut [Event<'_>]) {
    let mut taken = BTreeSet::new();
    for at in 0..events.len() {
        if !matches!(events[at], Event::Start(Tag::Heading { .. })) {
            continue;
        }
        let words = events[at..].iter().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
        let mut name = slug(&words.cloned().filter_map(word).map(CowStr::into_string).collect::<String>());
        while !taken.insert(name.clone()) {
            name.push('-');
        }
        if let Event::Start(Tag::Heading { id, level, .. }) = &mut events[at]
            && *level != HeadingLevel::H1
        {
            *id = Some(name.into());
        }
    }
}

/// `What doctor says` is `what-doctor-says`, as on other sites that show Markdown.
fn slug(words: &str) -> String {
    let kept = words.to_lowercase();
    kept.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

/// A wide table scrolls within a frame of its own, not with the page.
fn framed(events: Vec<Event<'_>>) -> impl Iterator<Item = Event<'_>> {
    events.into_iter().flat_map(|event| match event {
        Event::Start(Tag::Table(_)) => vec![Event::Html("<div class=\"table\">".into()), event],
        Event::End(TagEnd::Table) => vec![event, Event::Html("</div>".into())],
        other => vec![other],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guides_link_to_each_other_and_to_places() {
        let page =
            html("# A\n\n## What holds\n\n## What holds\n\n[r](rights.md#taking-back) [x](https://example.com/a.md)\n");
        assert!(page.contains("<h2 id=\"what-holds\">") && page.contains("<h2 id=\"what-holds-\">"), "{page}");
        assert!(page.contains("href=\"/docs/guide/rights#taking-back\""), "{page}");
        assert!(page.contains("href=\"https://example.com/a.md\""), "{page}");
    }

    #[test]
    fn html_in_a_guide_is_shown() {
        let page = html("a <script>alert(1)</script> b\n\n<b>x</b>\n");
        assert!(!page.contains("<script>") && !page.contains("<b>"), "{page}");
    }

    #[test]
    fn tables_have_a_frame() {
        assert!(html("| a |\n|---|\n| b |\n").starts_with("<div class=\"table\"><table>"));
    }
}
