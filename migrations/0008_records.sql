-- What people add to records of any kind: comments, attached files, and fields of their own.

-- Whether the person at work meets this row: row-level security of the row's own table decides, since this runs as whoever asks.
create function record_seen(tbl text, record uuid) returns boolean language plpgsql stable as $$
declare
    seen boolean;
begin
    execute format('select exists (select from %I where org_id = (select current_org()) and id = $1)', tbl) into seen using record;
    return seen;
end $$;

-- Which of these tables has the row, as far as the person at work meets it, and what people call it there.
create function find_seen(tables text[], record uuid) returns table (tbl text, label text) language plpgsql stable as $$
declare
    named text;
begin
    foreach tbl in array tables loop
        select string_agg(format('%I::text', attname), ', ' order by array_position(array['number', 'code', 'key', 'name'], attname::text))
            into named from pg_attribute
            where attrelid = tbl::regclass and attname in ('number', 'code', 'key', 'name') and not attisdropped
                and has_column_privilege(attrelid, attnum, 'select');
        return query execute format('select %L::text, concat_ws('' '', %s) from %I where org_id = (select current_org()) and id = $1',
            tbl, coalesce(named, 'null'), tbl) using record;
        if found then return; end if;
    end loop;
end $$;

-- A record's table and id are checked as the person who writes: nobody adds to what they do not meet.
create function check_on_record() returns trigger language plpgsql as $$
begin
    if not record_seen(new.record_table, new.record_id) then
        raise exception 'there is no such record to add to'
            using errcode = 'check_violation', constraint = 'on_record', table = tg_table_name;
    end if;
    return new;
end $$;

-- Outsiders meet what is meant for them, on records that they meet.
create table comments (
    org_id uuid not null references organizations (id),
    id uuid not null,
    version integer not null default 1,
    -- the kind of record (accounting.invoices), its table and its id
    record_type text not null,
    record_table text not null,
    record_id uuid not null,
    author_id uuid not null,
    text text not null check (text <> ''),
    external boolean not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    -- who removed it brings it back
    deleted_at timestamptz,
    deleted_by uuid,
    primary key (org_id, id),
    check ((deleted_at is null) = (deleted_by is null)),
    foreign key (org_id, author_id) references users (org_id, id)
);
create index comments_by_record on comments (org_id, record_id, created_at desc, id desc);
call protect('comments', 'select, insert, update',
    '(select current_scope()) = ''org'' or (external and record_seen(record_table, record_id))');
call record_changes('comments');
create trigger on_record before insert on comments for each row execute function check_on_record();

create function refuse_comment_change() returns trigger language plpgsql as $$
begin
    raise exception 'a comment stays with its record, its author and whom it is meant for'
        using errcode = 'check_violation', constraint = 'comment_keeps_its_place', table = tg_table_name;
end $$;
create trigger comment_keeps_its_place before update on comments for each row
    when ((old.record_type, old.record_table, old.record_id, old.author_id, old.external, old.created_at)
        is distinct from (new.record_type, new.record_table, new.record_id, new.author_id, new.external, new.created_at))
    execute function refuse_comment_change();

-- The bytes are in the file store, under their hash; here is only what they are and to whom they belong.
create table attachments (
    org_id uuid not null references organizations (id),
    id uuid not null,
    record_type text not null,
    record_table text not null,
    record_id uuid not null,
    author_id uuid not null,
    name text not null check (name <> '' and name !~ '[/\\[:cntrl:]]'),
    media_type text not null,
    size bigint not null check (size > 0),
    sha256 text not null constraint attachment_hash check (sha256 ~ '^[0-9a-f]{64}$'),
    external boolean not null,
    created_at timestamptz not null,
    -- who removed it brings it back
    deleted_at timestamptz,
    deleted_by uuid,
    primary key (org_id, id),
    check ((deleted_at is null) = (deleted_by is null)),
    foreign key (org_id, author_id) references users (org_id, id)
);
create index attachments_by_record on attachments (org_id, record_id, created_at desc, id desc);
call protect('attachments', 'select, insert, update',
    '(select current_scope()) = ''org'' or (external and record_seen(record_table, record_id))');
call record_changes('attachments');
create trigger on_record before insert on attachments for each row execute function check_on_record();

create function refuse_attachment_change() returns trigger language plpgsql as $$
begin
    raise exception 'an attachment never changes; remove it and attach another'
        using errcode = 'check_violation', constraint = 'attachment_immutable', table = tg_table_name;
end $$;
create trigger attachment_immutable before update on attachments for each row
    when (to_jsonb(old) - '{deleted_at,deleted_by}'::text[] is distinct from to_jsonb(new) - '{deleted_at,deleted_by}'::text[])
    execute function refuse_attachment_change();

-- Fields that an organisation adds to its records. They are archived, never deleted: values stay readable.
create table custom_fields (
    org_id uuid not null references organizations (id),
    id uuid not null,
    version integer not null default 1,
    -- the kind of record (directory.parties)
    entity text not null,
    key text not null constraint custom_field_key check (key ~ '^[a-z][a-z0-9_]{0,39}$'),
    label text not null check (label <> ''),
    type text not null check (type in ('text', 'number', 'date', 'boolean', 'choice')),
    choices text[] not null default '{}',
    required boolean not null default false,
    help text,
    archived_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (org_id, id),
    constraint custom_field_key_unique unique (org_id, entity, key),
    constraint custom_field_choices check ((type = 'choice') = (cardinality(choices) > 0))
);
call protect('custom_fields', 'select, insert, update', 'true');
call record_changes('custom_fields');

create function refuse_custom_field_change() returns trigger language plpgsql as $$
begin
    raise exception 'a custom field keeps its record, key and type: there may be values'
        using errcode = 'check_violation', constraint = 'custom_field_keeps_its_type', table = tg_table_name;
end $$;
create trigger custom_field_keeps_its_type before update on custom_fields for each row
    when ((old.entity, old.key, old.type) is distinct from (new.entity, new.key, new.type))
    execute function refuse_custom_field_change();

-- The definitions are cached with each person's rights: whoever was read before reads them anew.
create function renew_rights_of_organisation() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    update users u set rights_version = rights_version + 1 where u.org_id in (select n.org_id from new_rows n);
    return null;
end $$;
create trigger rights_renewed_insert after insert on custom_fields referencing new table as new_rows
    for each statement execute function renew_rights_of_organisation();
create trigger rights_renewed_update after update on custom_fields referencing new table as new_rows
    for each statement execute function renew_rights_of_organisation();

-- Read with the principal, before the organisation of a transaction is set.
create policy login on custom_fields to steward_login using (true);
grant select on custom_fields to steward_login;
create function find_custom_fields(organization uuid)
returns table (entity text, key text, label text, type text, choices text[], required boolean, help text, archived boolean)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select f.entity, f.key, f.label, f.type, f.choices, f.required, f.help, f.archived_at is not null
    from custom_fields f where f.org_id = organization order by f.entity, f.created_at, f.id
$$;
grant create on schema public to steward_login;
alter function find_custom_fields(uuid) owner to steward_login;
revoke create on schema public from steward_login;
revoke all on function find_custom_fields(uuid), renew_rights_of_organisation() from public;
grant execute on function find_custom_fields(uuid) to steward_app;

-- Values live in a column of the record's own table; every key of it is defined. The argument is the kind of record.
create function check_custom_keys() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if jsonb_typeof(new.custom) <> 'object' or exists (
        select from jsonb_object_keys(new.custom) k
        where not exists (select from custom_fields f where f.org_id = new.org_id and f.entity = tg_argv[0] and f.key = k)
    ) then
        raise exception 'a value belongs to a custom field that is defined'
            using errcode = 'check_violation', constraint = 'custom_keys_defined', table = tg_table_name;
    end if;
    return new;
end $$;
create procedure add_custom(tbl regclass, entity text) language plpgsql as $$
begin
    execute format('alter table %s add column custom jsonb not null default ''{}''', tbl);
    execute format('create trigger custom_keys_defined before insert or update of custom on %s for each row
        when (new.custom <> ''{}'') execute function check_custom_keys(%L)', tbl, entity);
end $$;
call add_custom('parties', 'directory.parties');
