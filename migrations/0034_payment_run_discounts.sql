-- A run may also take the bills whose discount for paying early ends before the next one.
alter table payment_runs add column discount_until date;

-- What a posted run paid is what was approved: of each bill its payment has settled that much.
create or replace function check_payment_run() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (select from payment_run_lines l where l.org_id = new.org_id and l.run_id = new.id and (l.payment_id is null
            or l.amount is distinct from (select sum(a.amount) from allocations a
                where a.org_id = l.org_id and a.payment_id = l.payment_id and a.invoice_id = l.bill_id))) then
        raise exception 'a posted run has paid all its bills as approved'
            using errcode = 'check_violation', constraint = 'payment_run_paid', table = 'payment_runs';
    end if;
    return null;
end $$;
