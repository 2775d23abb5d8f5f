-- What the gate needs beyond a single call: limits, who read what, what was said about an approval.

-- Amounts above which somebody else has to agree, in minor units of the company's currency, by kind of fact
-- (`credited`, `received`); a kind without an amount has no limit.
alter table organizations add column limits jsonb not null default '{}'
    constraint limits_are_amounts check (jsonb_typeof(limits) = 'object'
        and not jsonb_path_exists(limits, '$.* ? (@.type() != "number" || @ < 0)'));

drop function find_principal(uuid);
create function find_principal(user_id uuid)
returns table (org_id uuid, org_code text, org_name text, currency text, zone text, limits jsonb, id uuid, email text,
    name text, roles text[], party_id uuid, rights_version integer) language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
    select o.id, o.code, o.name, o.currency, o.zone, o.limits, u.id, u.email, u.name, u.roles, u.party_id, u.rights_version
    from users u join organizations o on o.id = u.org_id where u.id = user_id and u.active
$$;
grant create on schema public to steward_login;
alter function find_principal(uuid) owner to steward_login;
revoke create on schema public from steward_login;
revoke all on function find_principal(uuid) from public;
grant execute on function find_principal(uuid) to steward_app;

-- Who read what. Masked (personal) data is written down before the answer leaves; other reads soon after.
create table accesses (
    org_id uuid not null references organizations (id),
    id uuid not null,
    actor_id uuid not null,
    surface text not null,
    agent boolean not null,
    conversation_id uuid,
    request_id text not null,
    operation text not null,
    input jsonb not null,
    -- the records that the answer showed (at most 200), and which masks it lifted
    records uuid[] not null,
    masks text[] not null,
    created_at timestamptz not null,
    primary key (org_id, id)
);
create index accesses_by_time on accesses (org_id, created_at desc, id desc);
create index accesses_by_record on accesses using gin (records);
call protect('accesses', 'select, insert', '(select current_scope()) = ''org'' or actor_id = (select current_person())');

-- What people say about an approval before it is decided, and whom it was handed to.
alter table approvals
    add column delegated_to text,
    add column delegated_by uuid,
    add constraint delegated_by_somebody check ((delegated_to is null) = (delegated_by is null));
create table approval_comments (
    org_id uuid not null,
    id uuid not null,
    approval_id uuid not null,
    author_id uuid not null,
    text text not null check (text <> ''),
    created_at timestamptz not null,
    primary key (org_id, id),
    foreign key (org_id, approval_id) references approvals (org_id, id),
    foreign key (org_id, author_id) references users (org_id, id)
);
create index approval_comments_by_approval on approval_comments (org_id, approval_id, id);
call protect('approval_comments', 'select, insert',
    'exists (select from approvals a where a.org_id = approval_comments.org_id and a.id = approval_id)');

create index calls_undone on calls (org_id, undoes) where undoes is not null;
