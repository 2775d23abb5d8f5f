//! The role that serves must not be able to step around row-level security.

use sqlx::PgPool;

use crate::{Failure, Result};

/// Refuses a serving role that owns tables, is a superuser, or may bypass row-level security, itself or by membership.
pub async fn check(app: &PgPool) -> Result<()> {
    let faults = faults(app).await?;
    match faults.as_slice() {
        [] => Ok(()),
        faults => Err(Failure::new(format!("The database role that would serve is not safe: {}.", faults.join("; ")))
            .fix("Name a role without these rights in STEWARD_APP_DATABASE_URL; steward migrate makes steward_app for it.")),
    }
}

/// What is wrong with the serving role, if anything.
pub async fn faults(app: &PgPool) -> Result<Vec<String>> {
    let role = sqlx::query!(
        r#"select current_user::text as "name!", bool_or(r.rolsuper) as "superuser!", bool_or(r.rolbypassrls) as "bypasses!",
               (select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where c.relkind in ('r', 'p') and n.nspname = 'public' and pg_has_role(current_user, c.relowner, 'USAGE')) as "owned!"
           from pg_roles r where r.rolname = current_user or (not r.rolsuper and pg_has_role(current_user, r.oid, 'USAGE'))"#
    )
    .fetch_one(app)
    .await?;
    let name = role.name;
    let mut faults = Vec::new();
    if role.superuser {
        faults.push(format!("{name} is a superuser"));
    }
    if role.bypasses {
        faults.push(format!("{name} may bypass row-level security"));
    }
    if role.owned > 0 {
        faults.push(format!("{name} owns {} tables, or belongs to their owner", role.owned));
    }
    Ok(faults)
}
