-- Finding records while somebody types: a part of a name or number is found by index however many there are.
create index parties_by_beginning on parties (org_id, name_key collate "C", id);
create index parties_by_part on parties using gin (name_key gin_trgm_ops, number gin_trgm_ops);
create index invoices_by_part on invoices using gin (number gin_trgm_ops);
create index entries_by_part on entries using gin (number gin_trgm_ops);
create index payments_by_part on payments using gin (number gin_trgm_ops);

-- A text as a pattern that means only itself.
create function literal_pattern(part text) returns text language sql immutable parallel safe as $$
    select replace(replace(replace(part, '\', '\\'), '%', '\%'), '_', '\_')
$$;

-- The end of a number that somebody gives as its digits: 42 is the end of INV-2026-00042.
create function number_end(asked text) returns text language sql immutable parallel safe as $$
    select case when asked ~ '^[0-9]{1,5}$' then '-' || lpad(asked, 5, '0') end
$$;

-- The parties that a text may mean, the most useful first: 0 is exactly that number or name, 1 begins with it or its number
-- ends with these digits, 2 has it within, 4 sounds like it. Row-level security does not let the database use an index for the
-- inside of a text, so this looks as the owner, and at what the person at work may meet: whoever asks joins the rows as
-- themselves once more. `asked` is upper case, `key` as names are compared; both empty is the first ones.
create function parties_like(asked text, key text, most integer) returns table (id uuid, rank integer)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_custom_plan
set pg_trgm.word_similarity_threshold = 0.45 as $$
declare
    org uuid := current_org();
    whole boolean := coalesce(current_scope() = 'org', false);
    own uuid := current_party();
    within text := '%' || literal_pattern(key) || '%';
    within_number text := '%' || literal_pattern(asked) || '%';
    ending text := '%' || number_end(asked);
begin
    if asked = '' then
        return query select p.id, 0 from parties p where p.org_id = org and (whole or p.id = own) and p.archived_at is null
            order by p.name_key, p.id limit most;
        return;
    end if;
    if not whole then
        return query select p.id, 2 from parties p where p.org_id = org and p.id = own
            and ((key <> '' and p.name_key like within) or p.number like within_number);
        return;
    end if;
    -- of the inside of a name or number three letters are known to the index; fewer are too many to sort
    if length(key) >= 3 then
        return query with found as materialized (
                select p.id, p.number, p.name_key from parties p
                where p.org_id = org and (p.name_key like within or p.number like within_number))
            select p.id, case when p.number = asked or p.name_key = key then 0
                when starts_with(p.name_key, key) or p.number like ending then 1 else 2 end as nearness
            from found p order by nearness, p.name_key, p.number limit most;
    else
        return query (select p.id, 1 from parties p where p.org_id = org and p.number like ending order by p.number limit most)
            union all
            (select p.id, case when p.name_key = key then 0 else 1 end from parties p
                where p.org_id = org and key <> '' and starts_with(p.name_key collate "C", key) order by p.name_key collate "C", p.id limit most);
    end if;
    if not found and length(key) >= 3 then
        -- to hold a misspelt word against every name that shares letters with it takes long where many do: some must do
        return query select f.id, 4 from (
                select p.id, p.name_key, p.number from parties p where p.org_id = org and key <% p.name_key limit 200) f
            order by word_similarity(key, f.name_key) desc, f.number limit most;
    end if;
end $$;

-- The same for documents, the latest first: by number, and where they are somebody's, by whose they are.
create function documents_like(tbl text, asked text, key text, most integer) returns table (id uuid, rank integer)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
    org uuid := current_org();
    whole boolean := coalesce(current_scope() = 'org', false);
    own uuid := current_party();
    within text := '%' || literal_pattern(asked) || '%';
    ending text := '%' || number_end(asked);
    whose text := case tbl when 'invoices' then 'customer_id' when 'payments' then 'party_id' end;
    meant text;
    of_parties uuid[];
begin
    if tbl not in ('invoices', 'payments', 'entries') or not whole and (whose is null or own is null) then
        return;
    end if;
    -- those of one party are few, and looked at one by one; there are no others for whoever stands for it
    meant := case when whole then 'd.org_id = $1' else format('d.org_id = $1 and d.%I = $2', whose) end;
    if asked = '' then
        return query execute format('select d.id, 0 from %I d where %s order by d.date desc, d.id desc limit $3', tbl, meant)
            using org, own, most;
        return;
    end if;
    if whose is not null and key <> '' then
        of_parties := array(select p.id from parties_like(asked, key, 20) p where p.rank < 4);
    end if;
    -- a number has digits, or is only begun
    if asked ~ '[0-9]' or exists (select from number_series s where s.org_id = org and starts_with(s.series || '-', asked)) then
        return query execute format($sql$
            select d.id, 0 from %1$I d where %2$s and d.number = $4
            union all
            (select d.id, 1 from %1$I d where %2$s and d.number like $5 order by d.date desc, d.id desc limit $3)
            union all
            (select d.id, 2 from %1$I d where %2$s and d.number like $6 order by d.date desc, d.id desc limit $3)
            $sql$, tbl, meant) using org, own, most, asked, ending, within;
    end if;
    if of_parties <> '{}' then
        return query execute format('select d.id, 2 from %I d where %s and d.%I = any ($4) order by d.date desc, d.id desc limit $3',
            tbl, meant, whose) using org, own, most, of_parties;
    end if;
end $$;

-- The records of a small table that a text may mean, as the person at work meets them: by whatever of number, code, key,
-- name, label and e-mail it has. What is out of use comes last, and not without being asked for.
create function records_like(tbl text, asked text, most integer) returns table (id uuid, label text, rank integer)
language plpgsql stable as $$
declare
    named text[];
    gone text;
begin
    select array_agg(format('t.%I', attname) order by array_position(array['number', 'code', 'key', 'name', 'label', 'email'], attname::text))
            filter (where attname <> 'archived_at'),
        max(format('t.%I', attname)) filter (where attname = 'archived_at')
        into named, gone from pg_attribute
        where attrelid = tbl::regclass and attname in ('number', 'code', 'key', 'name', 'label', 'email', 'archived_at')
            and not attisdropped and has_column_privilege(attrelid, attnum, 'select');
    return query execute format($sql$
        select t.id, concat_ws(' ', %2$s) || case when %3$s then ' (archived)' else '' end,
            least(%4$s) + case when %3$s then 4 else 0 end
        from %1$I t where t.org_id = (select current_org()) and least(%4$s) < 9 and ($1 <> '' or not %3$s)
        order by 3, %5$s, t.id limit $2
        $sql$,
        tbl, array_to_string(named, ', '), coalesce(gone || ' is not null', 'false'),
        (select string_agg(format('case when lower(%1$s) = $1 then 0 when starts_with(lower(%1$s), $1) then 1
            when position($1 in lower(%1$s)) > 0 then 2 else 9 end', n), ', ') from unnest(named) n),
        named[1]) using lower(asked), most;
end $$;

revoke all on function parties_like(text, text, integer), documents_like(text, text, text, integer) from public;
grant execute on function parties_like(text, text, integer), documents_like(text, text, text, integer) to steward_app;
