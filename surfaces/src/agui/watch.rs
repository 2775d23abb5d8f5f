//! Whoever listens may be shut out while they do: open streams notice within seconds.

use std::time::Duration;

use steward_tools::{Caller, Error, Kind, Refusal, codes};

use crate::App;
use crate::problem::Problem;

/// How often an open stream looks.
pub(super) const EVERY: Duration = Duration::from_secs(2);

/// Refuses once the session or key no longer holds, or the person has other rights than when they began. A database that
/// does not answer shuts nobody out: what they do next asks it anyway.
pub(super) async fn look(app: &App, caller: &Caller) -> Result<(), Problem> {
    match app.gate.identity().current(caller).await {
        Ok(now) if now.roles == caller.principal.roles && now.party == caller.principal.party => Ok(()),
        Ok(_) => {
            let refusal = Refusal::new(Kind::Unauthenticated, codes::UNAUTHENTICATED, "Your rights have changed.");
            Err(refusal.fix("Connect again: the new ones hold then.").into())
        }
        Err(Error::Refused(refusal)) if refusal.kind == Kind::Unauthenticated => Err((*refusal).into()),
        Err(_) => Ok(()),
    }
}

/// Ends when [`look`] refuses.
pub(crate) async fn until_shut_out(app: App, caller: Caller) -> Problem {
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(problem) = look(&app, &caller).await {
            return problem;
        }
    }
}
