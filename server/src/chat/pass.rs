//! What somebody is signed in with: renewed before it ends.

use steward_tools::Kind;

use super::api::Server;
use crate::commands::login;
use crate::session::{self, Session};
use crate::{Failure, Result};

/// A session, and where it is kept.
pub(crate) struct Pass {
    session: Session,
    /// The address under which `steward login` has kept it.
    kept_at: Option<String>,
}

impl Pass {
    /// One that `steward login` has kept.
    pub(crate) fn kept(session: Session, at: &str) -> Self {
        Self { session, kept_at: Some(at.to_owned()) }
    }
    /// One for this conversation.
    pub(crate) const fn passing(session: Session) -> Self {
        Self { session, kept_at: None }
    }
    /// A token that holds for a while.
    pub(super) async fn token(&mut self, server: &Server) -> Result<String> {
        if !self.session.holds() {
            self.renew(server).await?;
        }
        Ok(self.session.access_token.clone())
    }

    async fn renew(&mut self, server: &Server) -> Result<()> {
        let kept_at = self.kept_at.clone();
        // another conversation of the same person may have been faster: the token is good once
        let lock = kept_at.as_ref().map(|_| session::lock()).transpose()?;
        if let Some(kept) = kept_at.as_deref().map(session::at).transpose()?.flatten() {
            let same = kept.email == self.session.email && kept.organization == self.session.organization;
            if same {
                self.session = kept;
            }
            if self.session.holds() {
                return Ok(());
            }
        }
        let Some(token) = self.session.refresh_token.take() else { return Err(server.signed_out()) };
        match login::refresh(server.address(), &token).await {
            Ok(renewed) => {
                self.session = renewed.session(&self.session.organization, &self.session.email);
                if let Some(at) = &kept_at {
                    session::keep(at, self.session.clone())?;
                }
            }
            Err(Failure::Refused(refusal)) if refusal.kind == Kind::Unauthenticated => {
                if let Some(at) = &kept_at {
                    session::forget(at)?;
                }
                return Err(server.signed_out());
            }
            Err(other) => {
                self.session.refresh_token = Some(token);
                return Err(other);
            }
        }
        drop(lock);
        Ok(())
    }
}
