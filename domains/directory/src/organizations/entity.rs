//! How people name their organisation.

use futures::future::BoxFuture;
use steward_tools::{Cx, Entity, Match, Result, name_key};

/// The own organisation, by id, code or name.
pub struct Organization;

impl Entity for Organization {
    const NAME: &'static str = "directory.organizations";
    const NOUN: &'static str = "organisation";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let (id, code, name) = (cx.org(), cx.who().org_code.clone(), cx.who().org_name.clone());
            let own = |text: &str| text.eq_ignore_ascii_case(&code) || name_key(text) == name_key(&name);
            let found = texts.iter().enumerate().map(|(asked, text)| Match {
                asked,
                id,
                label: format!("{code} {name}"),
                exact: own(text),
            });
            Ok(found.filter(|found| found.exact).collect())
        })
    }
}
