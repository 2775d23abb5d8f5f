//! The local operator: opens the database itself, and acts as a person of it, which is recorded.

use std::sync::Arc;

use steward_engines::postgres::ServerLock;
use steward_tools::identity::links;
use steward_tools::{Caller, Credential, Gate, Principal, Surface};
use uuid::Uuid;

use crate::config::Config;
use crate::database::{Database, migrations, safety};
use crate::{Failure, Result, compose};

/// An opened product without a server.
pub(crate) struct Operator {
    pub(crate) gate: Gate,
    database: Database,
}

impl Operator {
    /// Opens the database. The private one is brought up to date, unless a server is using it.
    pub(crate) async fn open(config: &Config) -> Result<Self> {
        if config.is_private() && !config.data.is_dir() {
            return Err(Failure::new(format!("There is no data in {}.", config.data.display())).fix(
                "Start steward serve (with --demo for sample data) first, or name the right folder with --data.",
            ));
        }
        let database = Database::open(config).await?;
        match Self::prepared(config, &database).await {
            Ok(gate) => Ok(Self { gate, database }),
            Err(failure) => {
                database.close().await?;
                Err(failure)
            }
        }
    }

    async fn prepared(config: &Config, database: &Database) -> Result<Gate> {
        let serving = ServerLock::holder(&config.data).map(|holder| holder.address);
        links::set_base_url(&config.url.clone().or(serving).unwrap_or_else(|| config.base_url()));
        if database.is_private() && ServerLock::holder(&config.data).is_none() {
            migrations::run(database.owner()?).await?;
        } else if migrations::pending(database.inspecting()).await? > 0 {
            return Err(Failure::new("The database is not up to date.").fix("Run steward migrate first."));
        }
        safety::check(database.app()).await?;
        Ok(compose::gate(database.app().clone(), compose::files(config)?, config.today.filter(|_| is_demo(config)))?)
    }

    /// The person with this e-mail; `organization` is needed where several know it.
    pub(crate) async fn person(&self, email: &str, organization: Option<&str>) -> Result<Arc<Principal>> {
        let all = self.gate.identity().memberships(email).await?;
        let mut matching = all.iter().filter(|(code, _)| organization.is_none_or(|wanted| wanted == code));
        let id = match (matching.next(), matching.next()) {
            (Some((_, id)), None) => *id,
            (Some(_), Some(_)) => {
                let codes: Vec<&str> = all.iter().map(|(code, _)| code.as_str()).collect();
                return Err(Failure::Usage(format!(
                    "{email} is known in several organisations: choose one with --org {}.",
                    codes.join(" or --org ")
                )));
            }
            (None, _) => {
                return Err(Failure::new(format!("Nobody is called {email} here.")).fix("Check --as and --org."));
            }
        };
        Ok(self.gate.identity().principal(id).await?)
    }

    /// Whoever administers the organisation; `organization` is needed where there are several.
    pub(crate) async fn administrator(&self, organization: Option<&str>) -> Result<Arc<Principal>> {
        let all = self.gate.identity().administrators(organization).await?;
        let Some((first, id)) = all.first() else {
            return Err(match organization {
                Some(code) => Failure::new(format!("There is no organisation called {code} here.")).fix("Check --org."),
                None => Failure::new("There is no organisation here yet.").fix("Make one with steward org add."),
            });
        };
        if let Some((other, _)) = all.iter().find(|(code, _)| code != first) {
            let what = format!("There are several organisations: choose one with --org {first} or --org {other}.");
            return Err(Failure::Usage(what));
        }
        Ok(self.gate.identity().principal(*id).await?)
    }

    /// The person that a command names, or who administers the organisation.
    pub(crate) async fn person_or_administrator(
        &self,
        email: Option<&str>,
        organization: Option<&str>,
    ) -> Result<Caller> {
        let person = match email {
            Some(email) => self.person(email, organization).await?,
            None => self.administrator(organization).await?,
        };
        Ok(Self::acting_as(person))
    }

    /// The database as its owner.
    pub(crate) fn owner(&self) -> Result<&sqlx::PgPool> {
        self.database.owner()
    }

    /// The operator, acting as a person.
    pub(crate) fn acting_as(principal: Arc<Principal>) -> Caller {
        let name = nix::unistd::User::from_uid(nix::unistd::getuid())
            .ok()
            .flatten()
            .map_or_else(|| "unknown".to_owned(), |user| user.name);
        Caller {
            principal,
            credential: Credential::Operator,
            pass: None,
            scopes: None,
            surface: Surface::Cli,
            conversation: None,
            request_id: Uuid::now_v7().to_string(),
            reason: Some(format!("steward call by {name}, the operator of this machine")),
        }
    }

    /// Leaves the database.
    pub(crate) async fn close(self) -> Result<()> {
        self.gate.flush().await;
        self.database.close().await
    }
}

/// Marks a data folder that `serve --demo` has filled: only there a fixed business day is honoured.
const DEMO: &str = "demo";

pub(crate) fn mark_demo(config: &Config) -> Result<()> {
    let path = config.data.join(DEMO);
    std::fs::create_dir_all(&config.data)
        .and_then(|()| std::fs::write(&path, ""))
        .map_err(|e| Failure::new(format!("{} cannot be written: {e}.", path.display())))
}

pub(crate) fn is_demo(config: &Config) -> bool {
    config.data.join(DEMO).exists()
}
