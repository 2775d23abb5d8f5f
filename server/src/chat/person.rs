//! Who talks: whoever signed in at that server, or somebody of the demo.

use steward_tools::Kind;

use super::api::Server;
use super::pass::Pass;
use crate::commands::login;
use crate::session::{self, Session};
use crate::{Failure, Result, demo};

/// Who talks unless told otherwise.
const ADMIN: &str = "admin@demo.example";
/// Where people of the demo have their e-mail.
const DEMO: &str = ".example";

/// Who is to talk.
pub(crate) struct Who {
    pub(crate) organization: Option<String>,
    pub(crate) email: Option<String>,
}

impl Who {
    fn is(&self, session: &Session) -> bool {
        let same = |asked: &Option<String>, theirs: &str| {
            asked.as_deref().is_none_or(|asked| asked.eq_ignore_ascii_case(theirs))
        };
        same(&self.organization, &session.organization) && same(&self.email, &session.email)
    }
    /// E-mail and organisation, if it is one of the demo.
    fn of_demo(&self) -> Option<(&str, &str)> {
        let email = self.email.as_deref().unwrap_or(ADMIN);
        let organization = email.split_once('@')?.1.strip_suffix(DEMO)?;
        Some((email, self.organization.as_deref().unwrap_or(organization)))
    }
}

/// What they are signed in with: from `steward login`, under the address at which they did it; else, on this machine, by the password that
/// everybody in the demo has.
pub(crate) async fn pass(server: &Server, signed_in_at: &str, who: &Who) -> Result<Pass> {
    if let Some(session) = session::at(signed_in_at)?.filter(|session| who.is(session)) {
        return Ok(Pass::kept(session, signed_in_at));
    }
    let Some((email, organization)) = who.of_demo().filter(|_| server.is_local()) else {
        return Err(server.signed_out());
    };
    match login::sign_in(server.address(), organization, email, demo::PASSWORD).await {
        Ok(token) => Ok(Pass::passing(token.session(organization, email))),
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Unauthenticated => {
            let what =
                format!("Nobody is signed in at {}, and {email} is not one of a demo company there.", server.address());
            Err(Failure::new(what).fix(server.way_in()))
        }
        Err(other) => Err(other),
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;

    use super::*;

    fn who(organization: Option<&str>, email: Option<&str>) -> Who {
        Who { organization: organization.map(str::to_owned), email: email.map(str::to_owned) }
    }

    #[test]
    fn the_demo_knows_the_organisation_of_an_e_mail() {
        assert_eq!(who(None, None).of_demo(), Some(("admin@demo.example", "demo")));
        assert_eq!(who(None, Some("admin@rival.example")).of_demo(), Some(("admin@rival.example", "rival")));
        assert_eq!(who(Some("demo"), Some("x@rival.example")).of_demo(), Some(("x@rival.example", "demo")));
        assert_eq!(who(Some("demo"), Some("boss@acme.com")).of_demo(), None);
        assert_eq!(who(None, Some("boss")).of_demo(), None);
    }

    #[test]
    fn a_session_is_one_persons() {
        let session = Session {
            organization: "acme".into(),
            email: "boss@acme.com".into(),
            access_token: String::new(),
            expires_at: Utc::now(),
            refresh_token: None,
        };
        assert!(who(None, None).is(&session) && who(None, Some("Boss@acme.com")).is(&session));
        assert!(!who(None, Some("other@acme.com")).is(&session) && !who(Some("rival"), None).is(&session));
    }
}
