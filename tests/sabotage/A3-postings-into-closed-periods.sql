-- red: the_database_keeps_years_and_periods_in_order nothing_is_posted_into_a_closed_period_by_whatever_door nobody_posts_into_a_period_while_it_closes
-- Nobody asks whether the period is open.
create or replace function check_period_open() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if new.journal_id is null then
        select j.id into new.journal_id from journals j where j.org_id = new.org_id and j.kind = 'general' and j.is_default;
    end if;
    return new;
end $$;
