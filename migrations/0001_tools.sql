-- Ground: organisations, people, the record of what happened, and the helpers that protect every other table.
-- Roles steward_app, steward_login, steward_worker exist before this runs (the private cluster or `steward migrate` creates them).

create extension if not exists pg_trgm;

revoke create on schema public from public;
grant usage on schema public to steward_app, steward_login, steward_worker;

-- What the first statement of every transaction sets; unset reads as null, and null matches no row.
create function current_org() returns uuid language sql stable parallel safe
    as $$ select nullif(current_setting('steward.org', true), '')::uuid $$;
create function current_person() returns uuid language sql stable parallel safe
    as $$ select nullif(current_setting('steward.person', true), '')::uuid $$;
create function current_call() returns uuid language sql stable parallel safe
    as $$ select nullif(current_setting('steward.call', true), '')::uuid $$;
-- Row rights: 'org' is everything in the organisation, else the id of the one party a person stands for.
create function current_scope() returns text language sql stable parallel safe
    as $$ select nullif(current_setting('steward.scope', true), '') $$;
create function current_party() returns uuid language sql stable parallel safe
    as $$ select nullif(nullif(current_setting('steward.scope', true), ''), 'org')::uuid $$;

create table changes (
    org_id uuid not null,
    id bigint generated always as identity,
    call_id uuid not null,
    table_name text not null,
    record_id uuid not null,
    op text not null check (op in ('insert', 'update', 'delete')),
    before jsonb,
    after jsonb,
    primary key (org_id, id)
);
create index changes_by_call on changes (org_id, call_id, id);
create index changes_by_record on changes (org_id, record_id, id);

-- One row in `changes` for each row written; statement-level, which measured cheaper than per row.
-- Arguments are columns that are technical and stay out. A write outside a call has no call id and fails.
create function capture() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into changes (org_id, call_id, table_name, record_id, op, after)
        select n.org_id, current_call(), tg_table_name, n.id, 'insert', to_jsonb(n) - coalesce(tg_argv, '{}') from new_rows n;
    elsif tg_op = 'UPDATE' then
        insert into changes (org_id, call_id, table_name, record_id, op, before, after)
        select n.org_id, current_call(), tg_table_name, n.id, 'update', to_jsonb(o) - coalesce(tg_argv, '{}'), to_jsonb(n) - coalesce(tg_argv, '{}')
        from new_rows n join old_rows o on o.org_id = n.org_id and o.id = n.id
        where o is distinct from n;
    else
        insert into changes (org_id, call_id, table_name, record_id, op, before)
        select o.org_id, current_call(), tg_table_name, o.id, 'delete', to_jsonb(o) - coalesce(tg_argv, '{}') from old_rows o;
    end if;
    return null;
end $$;

-- An id never changes, so that a change finds its record again.
create function keep_id() returns trigger language plpgsql as $$
begin
    raise exception 'the id of a record never changes'
        using errcode = 'check_violation', constraint = 'id_immutable', table = tg_table_name;
end $$;

-- Row-level security, forced. `rows` says which rows of the own organisation a person may meet:
-- by default none for somebody who stands for one party.
create procedure protect(tbl regclass, verbs text, rows text default '(select current_scope()) = ''org''')
language plpgsql as $$
begin
    execute format('alter table %s enable row level security', tbl);
    execute format('alter table %s force row level security', tbl);
    execute format('create policy owner on %s to %I using (true) with check (true)', tbl, current_user);
    execute format('create policy organisation on %s to steward_app using (org_id = (select current_org()) and (%s))
        with check (org_id = (select current_org()) and (%s))', tbl, rows, rows);
    execute format('grant %s on %s to steward_app', verbs, tbl);
end $$;

-- Before and after of every write, named by the call. `hidden` columns are technical and stay out.
create procedure record_changes(tbl regclass, hidden text default '') language plpgsql as $$
begin
    execute format('create trigger captured_insert after insert on %s referencing new table as new_rows
        for each statement execute function capture(%s)', tbl, hidden);
    execute format('create trigger captured_update after update on %s referencing old table as old_rows new table as new_rows
        for each statement execute function capture(%s)', tbl, hidden);
    execute format('create trigger captured_delete after delete on %s referencing old table as old_rows
        for each statement execute function capture(%s)', tbl, hidden);
    execute format('create trigger id_immutable before update on %s for each row
        when (old.id is distinct from new.id or old.org_id is distinct from new.org_id) execute function keep_id()', tbl);
end $$;

call protect('changes', 'select');

create table organizations (
    id uuid primary key,
    org_id uuid generated always as (id) stored,
    code text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name text not null,
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    zone text not null,
    created_at timestamptz not null
);
call protect('organizations', 'select', 'true');

create table users (
    org_id uuid not null references organizations (id),
    id uuid not null,
    email text not null,
    name text not null,
    password_hash text,
    roles text[] not null,
    party_id uuid,
    active boolean not null default true,
    rights_version integer not null default 1,
    created_at timestamptz not null,
    primary key (org_id, id),
    unique (id),
    unique (org_id, email),
    constraint vendor_has_party check (not 'vendor' = any (roles) or party_id is not null)
);
call protect('users', 'select (org_id, id, email, name, roles, party_id, active, rights_version)', 'true');

create table calls (
    org_id uuid not null references organizations (id),
    id uuid not null,
    seq bigint generated always as identity,
    xid xid8 not null default pg_current_xact_id(),
    plan_id uuid not null,
    position integer not null,
    actor_id uuid not null,
    surface text not null,
    agent boolean not null,
    conversation_id uuid,
    request_id text not null,
    reason text,
    operation text not null,
    effect text not null,
    input jsonb not null,
    output jsonb not null,
    sentence text not null,
    undo jsonb,
    undoes uuid,
    approval_id uuid,
    created_at timestamptz not null,
    primary key (org_id, id),
    unique (org_id, plan_id, position),
    foreign key (org_id, actor_id) references users (org_id, id)
);
create index calls_by_time on calls (org_id, created_at desc, id desc);
create index calls_by_conversation on calls (org_id, conversation_id, seq);
create index calls_by_log on calls (xid, seq);
-- Scoped people may write their own calls and read those; everybody else's are for the organisation's readers.
call protect('calls', 'select, insert', '(select current_scope()) = ''org'' or actor_id = (select current_person())');

create table attempts (
    org_id uuid not null references organizations (id),
    id uuid not null,
    actor_id uuid not null,
    surface text not null,
    agent boolean not null,
    conversation_id uuid,
    request_id text not null,
    operations text[] not null,
    input jsonb not null,
    code text not null,
    detail text not null,
    created_at timestamptz not null,
    primary key (org_id, id)
);
call protect('attempts', 'select, insert', '(select current_scope()) = ''org'' or actor_id = (select current_person())');

create table approvals (
    org_id uuid not null references organizations (id),
    id uuid not null,
    maker_id uuid not null,
    approver text not null,
    status text not null check (status in ('pending', 'approved', 'rejected', 'superseded')),
    surface text not null,
    agent boolean not null,
    conversation_id uuid,
    reason text,
    -- the resolved calls, which calls they take back, and whether it is a plan of one
    plan jsonb not null,
    seed bytea not null,
    business_date date not null,
    business_time timestamptz not null,
    effects_hash bytea not null,
    title text not null,
    effects jsonb not null,
    result jsonb not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    decided_by uuid,
    decided_at timestamptz,
    note text,
    answer jsonb,
    primary key (org_id, id),
    foreign key (org_id, maker_id) references users (org_id, id),
    constraint decided_once check ((status in ('pending', 'superseded')) = (decided_by is null))
);
create index approvals_waiting on approvals (org_id, status, created_at);
call protect('approvals', 'select, insert, update', '(select current_scope()) = ''org'' or maker_id = (select current_person())');

create table idempotency (
    org_id uuid not null references organizations (id),
    actor_id uuid not null,
    operation text not null,
    key text not null,
    body_hash bytea not null,
    answer jsonb not null,
    created_at timestamptz not null,
    primary key (org_id, actor_id, operation, key)
);
call protect('idempotency', 'select, insert, delete', 'actor_id = (select current_person())');

create table number_series (
    org_id uuid not null references organizations (id),
    series text not null,
    year integer not null,
    last bigint not null check (last > 0),
    primary key (org_id, series, year)
) with (fillfactor = 50);
call protect('number_series', 'select, insert, update', 'true');

-- The first statement of every call: sets whose rows are visible, checks that the rights the caller was
-- admitted with still hold, and claims the idempotency key (a twin waits here, then finds the stored answer).
-- VOLATILE at READ COMMITTED: each statement inside sees afresh what a twin has committed meanwhile.
create function begin_call(org uuid, person uuid, scope text, rights integer, call uuid, lock_timeout_ms integer,
    op text, idempotency_key text)
returns table (outcome text, body_hash bytea, answer jsonb) language plpgsql volatile as $$
begin
    perform set_config('steward.org', org::text, true), set_config('steward.person', person::text, true),
        set_config('steward.scope', scope, true), set_config('steward.call', call::text, true),
        set_config('lock_timeout', lock_timeout_ms::text, true);
    perform 1 from users u where u.org_id = org and u.id = person and u.active and u.rights_version = rights;
    if not found then
        return query select 'stale_rights', null::bytea, null::jsonb;
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

-- The last statement of every call's work: meets every deferred check now, so that a preview meets them too,
-- and hands back what changed, saying of each row whether this person could read it.
create function settle_call() returns table (id bigint, table_name text, record_id uuid, op text, before jsonb, after jsonb, visible boolean)
language plpgsql volatile as $$
declare
    t text;
    seen uuid[] := '{}';
    readable uuid[];
    whole boolean := current_scope() = 'org';
begin
    set constraints all immediate;
    set constraints all deferred;
    if not whole then
        for t in select distinct c.table_name from changes c where c.org_id = current_org() and c.call_id = current_call() loop
            execute format('select coalesce(array_agg(id), ''{}'') from %I where org_id = current_org() and id in
                (select record_id from changes where org_id = current_org() and call_id = current_call())', t) into readable;
            seen := seen || readable;
        end loop;
    end if;
    return query select c.id, c.table_name, c.record_id, c.op, c.before, c.after,
            whole or c.op = 'delete' or c.record_id = any (seen)
        from changes c where c.org_id = current_org() and c.call_id = current_call() order by c.id;
end $$;

-- Finding a person before the organisation is known: the only definer functions, owned by a role that can do nothing else.
create policy login on organizations to steward_login using (true);
create policy login on users to steward_login using (true);
grant select on organizations, users to steward_login;
create function find_login(organization text, login_email text)
returns table (org_id uuid, user_id uuid, password_hash text) language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
    select u.org_id, u.id, u.password_hash from users u join organizations o on o.id = u.org_id
    where o.code = organization and u.email = login_email and u.active and u.password_hash is not null
$$;
create function find_principal(user_id uuid)
returns table (org_id uuid, org_code text, org_name text, currency text, zone text, id uuid, email text, name text,
    roles text[], party_id uuid, rights_version integer) language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
    select o.id, o.code, o.name, o.currency, o.zone, u.id, u.email, u.name, u.roles, u.party_id, u.rights_version
    from users u join organizations o on o.id = u.org_id where u.id = user_id and u.active
$$;
-- For the local operator's command line: the organisations in which an e-mail is known.
create function find_memberships(login_email text)
returns table (org_code text, user_id uuid) language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
    select o.code, u.id from users u join organizations o on o.id = u.org_id
    where u.email = login_email and u.active order by o.code
$$;
grant create on schema public to steward_login;
alter function find_login(text, text) owner to steward_login;
alter function find_principal(uuid) owner to steward_login;
alter function find_memberships(text) owner to steward_login;
revoke create on schema public from steward_login;
revoke all on function find_login(text, text), find_principal(uuid), find_memberships(text), capture() from public;
grant execute on function find_login(text, text), find_principal(uuid), find_memberships(text) to steward_app;
