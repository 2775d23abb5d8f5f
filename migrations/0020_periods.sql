-- Fiscal years and periods stay where they are once they exist, and a closed year has carried its result.

-- ---------------------------------------------------------------------------------------------------------------------
-- What a year or a period is does not change: what was closed under one date is not opened by calling it another.

create function keep_dates() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    raise exception 'a fiscal year and its periods keep their dates'
        using errcode = 'check_violation', constraint = 'period_dates_stay', table = tg_table_name;
end $$;
create trigger dates_stay before update on fiscal_years for each row
    when ((old.start_date, old.end_date) is distinct from (new.start_date, new.end_date)) execute function keep_dates();
create trigger dates_stay before update on periods for each row
    when ((old.fiscal_year_id, old.start_date, old.end_date) is distinct from (new.fiscal_year_id, new.start_date, new.end_date))
    execute function keep_dates();

-- A year goes as long as nothing is in it and nothing of it is closed, and its periods with it, never one alone. The books
-- are held (`books_held` fires before this), so that nothing is being posted into it either.
create function check_year_unused() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if old.status <> 'open' or exists (select from periods p where p.org_id = old.org_id and p.fiscal_year_id = old.id and p.status <> 'open')
        or exists (select from entries e where e.org_id = old.org_id and e.date between old.start_date and old.end_date) then
        raise exception 'a fiscal year that is in use stays'
            using errcode = 'check_violation', constraint = 'fiscal_year_in_use', table = 'fiscal_years';
    end if;
    return old;
end $$;
create trigger stays_in_use before delete on fiscal_years for each row execute function check_year_unused();

create function check_period_with_year() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (select from fiscal_years y where y.org_id = old.org_id and y.id = old.fiscal_year_id) then
        raise exception 'a period goes with its fiscal year only'
            using errcode = 'check_violation', constraint = 'period_goes_with_year', table = 'periods';
    end if;
    return old;
end $$;
create trigger stays_with_year before delete on periods for each row execute function check_period_with_year();

-- The periods of all years follow each other: as many days as the year has could also be a gap and an overlap.
create function check_periods_follow() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (select from (select p.end_date, lead(p.start_date) over (order by p.start_date) as next from periods p where p.org_id = new.org_id) p
            where p.next <> p.end_date + 1) then
        raise exception 'periods follow each other without gap or overlap'
            using errcode = 'check_violation', constraint = 'periods_follow', table = 'periods';
    end if;
    return null;
end $$;
create constraint trigger period_follows after insert on periods deferrable initially deferred
    for each row execute function check_periods_follow();

-- ---------------------------------------------------------------------------------------------------------------------
-- A11: the closing entry of a closed year is its profit or loss, and an open year has carried nothing.

alter table fiscal_years add constraint fiscal_year_open_carries_nothing check (status = 'closed' or closing_entry_id is null);

-- The year of an entry that carries a result is its source.
create index entries_of_closings on entries (org_id, source_id) where source = 'accounting.fiscal_years';

create function check_closing() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    y fiscal_years;
begin
    select * into y from fiscal_years where org_id = new.org_id and id = new.id;
    if not found then
        return null;
    end if;
    -- income and expenses of a closed year come to nothing, account by account
    if y.status = 'closed' and exists (
            select from accounts a where a.org_id = y.org_id and a.type in ('income', 'expense')
                and (select sum(l.debit - l.credit) from entry_lines l
                     where l.org_id = a.org_id and l.account_id = a.id and l.date between y.start_date and y.end_date) <> 0)
        -- by that one entry, which moves nothing else than equity and is dated the last day
        or y.closing_entry_id is not null and (
            not exists (select from entries e where e.org_id = y.org_id and e.id = y.closing_entry_id and e.date = y.end_date
                and e.source = 'accounting.fiscal_years' and e.source_id = y.id and e.reverses is null)
            or exists (select from entry_lines l join accounts a on a.org_id = l.org_id and a.id = l.account_id
                where l.org_id = y.org_id and l.entry_id = y.closing_entry_id and a.type not in ('income', 'expense', 'equity')))
        -- what was carried before has been taken back
        or exists (
            select from entries e join entry_lines l on l.org_id = e.org_id and l.entry_id = e.id
            where e.org_id = y.org_id and e.source = 'accounting.fiscal_years' and e.source_id = y.id
                and e.id is distinct from y.closing_entry_id
            group by l.account_id having sum(l.debit - l.credit) <> 0) then
        raise exception 'the closing entry of a fiscal year is its profit or loss'
            using errcode = 'check_violation', constraint = 'closing_is_profit', table = 'fiscal_years';
    end if;
    return null;
end $$;
create constraint trigger closing_is_profit after insert or update on fiscal_years deferrable initially deferred
    for each row execute function check_closing();

-- The closing entry of a closed year is taken back with the year, not alone.
create function check_closing_stays() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (select from fiscal_years y where y.org_id = new.org_id and y.closing_entry_id = new.reverses) then
        raise exception 'the closing entry of a closed fiscal year stays'
            using errcode = 'check_violation', constraint = 'closing_entry_stays', table = 'entries';
    end if;
    return null;
end $$;
create constraint trigger closing_entry_stays after insert on entries deferrable initially deferred
    for each row when (new.reverses is not null) execute function check_closing_stays();

revoke all on function keep_dates(), check_year_unused(), check_period_with_year(), check_periods_follow(), check_closing(),
    check_closing_stays() from public;
