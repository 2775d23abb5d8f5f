-- The roles of a private cluster; their passwords come as settings of the session.
do $$
declare
    role text;
begin
    foreach role in array array['steward_owner', 'steward_app', 'steward_login', 'steward_worker'] loop
        if not exists (select from pg_roles where rolname = role) then
            execute format('create role %I', role);
        end if;
        execute format('alter role %I with nosuperuser nocreatedb nocreaterole noreplication nobypassrls', role);
    end loop;
    -- Owns the database and migrates it.
    execute format('alter role steward_owner with login password %L', current_setting('steward.owner'));
    -- Serves; owns nothing, and inherits nothing it might be granted.
    execute format('alter role steward_app with login noinherit password %L', current_setting('steward.app'));
    -- Owns the few functions that find a person before the organisation is known; nobody signs in as it.
    alter role steward_login with nologin;
    grant steward_login to steward_owner;
    -- Follows the log.
    execute format('alter role steward_worker with login password %L', current_setting('steward.worker'));
end
$$;
