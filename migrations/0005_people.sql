-- The people: who may sign in, with what, and for how long it holds.

-- A write that touches technical columns only is no change to anybody.
create or replace function capture() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into changes (org_id, call_id, table_name, record_id, op, after)
        select n.org_id, current_call(), tg_table_name, n.id, 'insert', to_jsonb(n) - coalesce(tg_argv, '{}') from new_rows n;
    elsif tg_op = 'UPDATE' then
        insert into changes (org_id, call_id, table_name, record_id, op, before, after)
        select n.org_id, current_call(), tg_table_name, n.id, 'update', to_jsonb(o) - coalesce(tg_argv, '{}'), to_jsonb(n) - coalesce(tg_argv, '{}')
        from new_rows n join old_rows o on o.org_id = n.org_id and o.id = n.id
        where o is distinct from n and (tg_nargs = 0 or to_jsonb(o) - tg_argv <> to_jsonb(n) - tg_argv);
    else
        insert into changes (org_id, call_id, table_name, record_id, op, before)
        select o.org_id, current_call(), tg_table_name, o.id, 'delete', to_jsonb(o) - coalesce(tg_argv, '{}') from old_rows o;
    end if;
    return null;
end $$;

-- What a caller signed in with: the id of a session or of an API key; null for the operator of this machine.
create function current_pass() returns uuid language sql stable parallel safe
    as $$ select nullif(current_setting('steward.pass', true), '')::uuid $$;

-- Organisations ---------------------------------------------------------------------------------------------------
alter table organizations
    add column version integer not null default 1,
    add column updated_at timestamptz not null default now(),
    add constraint organization_named check (name <> '');
create function keep_organization() returns trigger language plpgsql as $$
begin
    raise exception 'the code and the currency of an organisation never change'
        using errcode = 'check_violation', constraint = 'organization_fixed', table = tg_table_name;
end $$;
create trigger organization_fixed before update on organizations for each row
    when (old.code is distinct from new.code or old.currency is distinct from new.currency) execute function keep_organization();
drop policy organisation on organizations;
create policy organisation on organizations for select to steward_app using (org_id = (select current_org()));
create policy kept on organizations for update to steward_app
    using (org_id = (select current_org()) and (select current_scope()) = 'org');
grant update on organizations to steward_app;
-- by hand: a trigger's condition cannot look at the generated org_id
create trigger captured_insert after insert on organizations referencing new table as new_rows for each statement execute function capture();
create trigger captured_update after update on organizations referencing old table as old_rows new table as new_rows
    for each statement execute function capture();
create trigger captured_delete after delete on organizations referencing old table as old_rows for each statement execute function capture();
create trigger id_immutable before update on organizations for each row when (old.id is distinct from new.id) execute function keep_id();

-- Users -----------------------------------------------------------------------------------------------------------
alter table users
    add column version integer not null default 1,
    add column updated_at timestamptz not null default now(),
    add column has_password boolean generated always as (password_hash is not null) stored,
    add constraint user_named check (name <> ''),
    add constraint user_email_plain check (email = lower(email) and email like '_%@_%'),
    add constraint user_has_role check (cardinality(roles) > 0);
drop policy organisation on users;
create policy organisation on users to steward_app
    using (org_id = (select current_org()) and ((select current_scope()) = 'org' or id = (select current_person())))
    with check (org_id = (select current_org()) and ((select current_scope()) = 'org' or id = (select current_person())));
grant select (version, created_at, updated_at, has_password),
    insert (org_id, id, email, name, roles, party_id, created_at, updated_at),
    update (name, roles, party_id, active, password_hash, rights_version, version, updated_at) on users to steward_app;
call record_changes('users', '''password_hash'', ''rights_version''');

-- Nobody raises their own rights, or locks themselves out.
create function keep_own_rights() returns trigger language plpgsql as $$
begin
    if new.active is distinct from old.active then
        raise exception 'nobody disables themselves' using errcode = 'check_violation', constraint = 'own_account', table = tg_table_name;
    end if;
    raise exception 'nobody changes their own roles' using errcode = 'check_violation', constraint = 'own_roles', table = tg_table_name;
end $$;
create trigger own_rights_stay before update on users for each row
    when (new.id = current_person() and (old.roles is distinct from new.roles or old.party_id is distinct from new.party_id
        or old.active is distinct from new.active))
    execute function keep_own_rights();

-- Whatever a cached person is made of: whoever changes it makes the cached one stale.
create function count_rights() returns trigger language plpgsql as $$
begin
    new.rights_version := old.rights_version + 1;
    return new;
end $$;
create trigger rights_counted before update on users for each row
    when (old.roles is distinct from new.roles or old.party_id is distinct from new.party_id or old.active is distinct from new.active
        or old.name is distinct from new.name or old.email is distinct from new.email)
    execute function count_rights();

-- Somebody must be able to let others in. Two who disable each other wait here for one another.
create function keep_administrator() returns trigger language plpgsql as $$
begin
    perform 1 from organizations o where o.id = old.org_id for no key update;
    if not exists (select from users u where u.org_id = old.org_id and u.active and 'admin' = any (u.roles)) then
        raise exception 'the organisation would be without an administrator'
            using errcode = 'check_violation', constraint = 'last_administrator', table = tg_table_name;
    end if;
    return null;
end $$;
create constraint trigger last_administrator after update or delete on users deferrable initially deferred for each row
    when (old.active and 'admin' = any (old.roles)) execute function keep_administrator();

-- Sessions: one a sign-in. The access token names it, refresh tokens follow each other within it. -------------------
create table sessions (
    org_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    created_at timestamptz not null default now(),
    used_at timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at timestamptz,
    -- signed_out, reused, password, reset, disabled
    ended_by text,
    primary key (org_id, id),
    foreign key (org_id, user_id) references users (org_id, id),
    constraint session_ended_by_something check ((ended_at is null) = (ended_by is null))
);
create index sessions_by_user on sessions (org_id, user_id);
create index sessions_by_end on sessions (org_id, expires_at);
call protect('sessions', 'select, insert, update, delete', '(select current_scope()) = ''org'' or user_id = (select current_person())');

-- Only hashes. A token that was used stays known as long as its session: who shows it again has stolen it.
create table refresh_tokens (
    org_id uuid not null,
    id uuid not null,
    session_id uuid not null,
    hash bytea not null constraint refresh_token_unique unique,
    created_at timestamptz not null default now(),
    used_at timestamptz,
    primary key (org_id, id),
    foreign key (org_id, session_id) references sessions (org_id, id) on delete cascade
);
create index refresh_tokens_by_session on refresh_tokens (org_id, session_id);
call protect('refresh_tokens', 'select (org_id, id, session_id, created_at, used_at), insert, update (used_at)',
    'exists (select from sessions s where s.org_id = refresh_tokens.org_id and s.id = session_id)');

-- Links by which a person sets a password: once, and only for some days. ------------------------------------------
create table sign_in_links (
    org_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    purpose text not null check (purpose in ('setup', 'reset')),
    hash bytea not null constraint sign_in_link_unique unique,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz,
    primary key (org_id, id),
    foreign key (org_id, user_id) references users (org_id, id)
);
-- A new link ends the older ones.
create unique index sign_in_link_only on sign_in_links (org_id, user_id) where used_at is null;
call protect('sign_in_links', 'select (org_id, id, user_id, purpose, created_at, expires_at, used_at), insert, update (used_at), delete',
    '(select current_scope()) = ''org'' or user_id = (select current_person())');

-- API keys: a program's way in, with its owner's rights or fewer. -------------------------------------------------
create table api_keys (
    org_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    name text not null constraint api_key_named check (name <> ''),
    -- the beginning of the key, by which people tell keys apart
    prefix text not null,
    hash bytea not null constraint api_key_unique unique,
    -- operations and groups of rights; null is everything its owner may
    scopes text[] constraint api_key_scoped check (cardinality(scopes) > 0),
    expires_on date,
    expires_at timestamptz,
    created_at timestamptz not null,
    revoked_at timestamptz,
    primary key (org_id, id),
    foreign key (org_id, user_id) references users (org_id, id),
    constraint api_key_end check ((expires_on is null) = (expires_at is null))
);
create index api_keys_by_user on api_keys (org_id, user_id);
call protect('api_keys', 'select (org_id, id, user_id, name, prefix, scopes, expires_on, expires_at, created_at, revoked_at), insert, update (revoked_at)',
    '(select current_scope()) = ''org'' or user_id = (select current_person())');
create policy own_key on api_keys as restrictive for insert to steward_app with check (user_id = (select current_person()));
call record_changes('api_keys', '''hash''');
create function keep_revoked() returns trigger language plpgsql as $$
begin
    raise exception 'a revoked key stays revoked' using errcode = 'check_violation', constraint = 'api_key_revoked', table = tg_table_name;
end $$;
create trigger api_key_revoked before update on api_keys for each row
    when (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at) execute function keep_revoked();
-- A key that makes keys could outlive its own revocation, and widen what it was limited to.
create function keys_are_made_by_people() returns trigger language plpgsql as $$
begin
    if exists (select from api_keys k where k.org_id = new.org_id and k.id = current_pass()) then
        raise exception 'a key makes no keys' using errcode = 'check_violation', constraint = 'api_key_by_person', table = tg_table_name;
    end if;
    return new;
end $$;
create trigger api_key_by_person before insert on api_keys for each row execute function keys_are_made_by_people();

create table api_key_uses (
    org_id uuid not null,
    id uuid not null,
    last_used_at timestamptz not null,
    primary key (org_id, id),
    foreign key (org_id, id) references api_keys (org_id, id)
);
call protect('api_key_uses', 'select, insert, update',
    'exists (select from api_keys k where k.org_id = api_key_uses.org_id and k.id = api_key_uses.id)');

-- The first statement of every call: sets whose rows are visible, checks that the rights the caller was
-- admitted with still hold and that the session or key they came with does (in the same statement), and claims the
-- idempotency key (a twin waits here, then finds the stored answer).
-- VOLATILE at READ COMMITTED: each statement inside sees afresh what a twin has committed meanwhile.
drop function begin_call(uuid, uuid, text, integer, uuid, integer, text, text);
create function begin_call(org uuid, person uuid, scope text, rights integer, call uuid, lock_timeout_ms integer,
    op text, idempotency_key text, pass uuid)
returns table (outcome text, body_hash bytea, answer jsonb) language plpgsql volatile as $$
begin
    perform set_config('steward.org', org::text, true), set_config('steward.person', person::text, true),
        set_config('steward.scope', scope, true), set_config('steward.call', call::text, true),
        set_config('steward.pass', coalesce(pass::text, ''), true), set_config('lock_timeout', lock_timeout_ms::text, true);
    perform 1 from users u where u.org_id = org and u.id = person and u.active and u.rights_version = rights and (pass is null
        or exists (select from sessions s where s.org_id = org and s.id = pass and s.user_id = person
            and s.ended_at is null and s.expires_at > now())
        or exists (select from api_keys k where k.org_id = org and k.id = pass and k.user_id = person
            and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())));
    if not found then
        perform 1 from users u where u.org_id = org and u.id = person and u.active and u.rights_version = rights;
        return query select case when found then 'signed_out' else 'stale_rights' end, null::bytea, null::jsonb;
        return;
    end if;
    if idempotency_key is not null then
        perform pg_advisory_xact_lock(hashtextextended(org::text || person::text || op || idempotency_key, 0));
        return query select 'replay', i.body_hash, i.answer from idempotency i
            where i.org_id = org and i.actor_id = person and i.operation = op and i.key = idempotency_key;
        if found then return; end if;
    end if;
    return query select 'go', null::bytea, null::jsonb;
end $$;

-- Finding somebody by what they show, before the organisation is known. -------------------------------------------
create policy login on sessions to steward_login using (true);
create policy login on refresh_tokens to steward_login using (true);
create policy login on sign_in_links to steward_login using (true);
create policy login on api_keys to steward_login using (true);
grant select on sessions, refresh_tokens, sign_in_links, api_keys to steward_login;
create function find_refresh_token(token_hash bytea)
returns table (user_id uuid, session_id uuid, token_id uuid, used boolean) language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
    select s.user_id, s.id, t.id, t.used_at is not null
    from refresh_tokens t join sessions s on s.org_id = t.org_id and s.id = t.session_id join users u on u.id = s.user_id
    where t.hash = token_hash and s.ended_at is null and s.expires_at > now() and u.active
$$;
create function find_sign_in_link(link_hash bytea)
returns table (link_id uuid, user_id uuid) language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
    select l.id, l.user_id from sign_in_links l join users u on u.id = l.user_id
    where l.hash = link_hash and l.used_at is null and l.expires_at > now() and u.active
$$;
create function find_api_key(key_hash bytea)
returns table (key_id uuid, user_id uuid, scopes text[]) language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
    select k.id, k.user_id, k.scopes from api_keys k join users u on u.id = k.user_id
    where k.hash = key_hash and k.revoked_at is null and (k.expires_at is null or k.expires_at > now()) and u.active
$$;
-- For the local operator's command line: who administers an organisation, or the only one there is.
create function find_administrators(organization text)
returns table (org_code text, user_id uuid) language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
    select o.code, u.id from users u join organizations o on o.id = u.org_id
    where (organization is null or o.code = organization) and u.active and 'admin' = any (u.roles) order by o.code, u.created_at, u.id
$$;
grant create on schema public to steward_login;
alter function find_refresh_token(bytea) owner to steward_login;
alter function find_sign_in_link(bytea) owner to steward_login;
alter function find_api_key(bytea) owner to steward_login;
alter function find_administrators(text) owner to steward_login;
revoke create on schema public from steward_login;
revoke all on function find_refresh_token(bytea), find_sign_in_link(bytea), find_api_key(bytea), find_administrators(text) from public;
grant execute on function find_refresh_token(bytea), find_sign_in_link(bytea), find_api_key(bytea), find_administrators(text) to steward_app;
