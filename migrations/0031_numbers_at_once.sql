-- Several numbers of a series at once, one step after the other (`number_series_steps`). Answers the last.
create function draw_numbers(org uuid, asked text, of_year integer, many bigint) returns bigint language plpgsql volatile as $$
declare
    drawn bigint;
begin
    for _ in 1..many loop
        insert into number_series as s (org_id, series, year, last) values (org, asked, of_year, 1)
            on conflict (org_id, series, year) do update set last = s.last + 1 returning s.last into drawn;
    end loop;
    return drawn;
end $$;
grant execute on function draw_numbers(uuid, text, integer, bigint) to steward_app;
