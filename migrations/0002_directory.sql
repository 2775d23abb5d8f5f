-- Who we deal with.

create table parties (
    org_id uuid not null references organizations (id),
    id uuid not null,
    version integer not null default 1,
    number text not null,
    name text not null check (name <> ''),
    -- how the name is compared: lower case, compatibility forms folded, one space; written by the application
    name_key text not null,
    kinds text[] not null check (kinds <@ array['customer', 'vendor'] and cardinality(kinds) > 0),
    email text,
    phone text,
    tags text[] not null default '{}',
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (org_id, id),
    constraint party_number_unique unique (org_id, number)
);
create index parties_by_name on parties (org_id, name_key, id);
call protect('parties', 'select, insert, update, delete', '(select current_scope()) = ''org'' or id = (select current_party())');
call record_changes('parties');

-- Somebody who signs in for a party stands for one that exists.
alter table users add constraint user_party foreign key (org_id, party_id) references parties (org_id, id);
