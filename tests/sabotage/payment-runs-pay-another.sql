-- red: the_database_keeps_payment_runs_straight
-- A run is posted whose bills name payments that have not settled them.
create or replace function check_payment_run() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (select from payment_run_lines l where l.org_id = new.org_id and l.run_id = new.id and l.payment_id is null) then
        raise exception 'a posted run has paid all its bills'
            using errcode = 'check_violation', constraint = 'payment_run_paid', table = 'payment_runs';
    end if;
    return null;
end $$;
