-- X4: a number is given out one at a time. Nothing sets a series back, so that numbers would be given out again, and nothing
-- makes it jump ahead, so that there would be a gap.
create function check_number_step() returns trigger language plpgsql as $$
declare
    step_from bigint := 0;
begin
    if tg_op = 'UPDATE' then
        step_from := old.last;
    end if;
    if new.last <> step_from + 1 or (tg_op = 'UPDATE' and (new.org_id, new.series, new.year) is distinct from (old.org_id, old.series, old.year)) then
        raise exception 'numbers are given out one after the other'
            using errcode = 'check_violation', constraint = 'number_series_steps', table = 'number_series';
    end if;
    return new;
end $$;
create trigger number_series_steps before insert or update on number_series for each row execute function check_number_step();

-- Whoever stands for one party meets what their own running call changed: a preview, the hash of an approval and an undo
-- are made of it. What of it they may be shown is for settle_call to say, row by row.
alter policy organisation on changes using (org_id = (select current_org())
    and ((select current_scope()) = 'org' or call_id = (select current_call())));
