-- red: one_connection_serves_two_companies_and_shows_neither_the_other
-- Whoever gets the connection next is still in the company of the call before.
do $$ begin
    execute replace(pg_get_functiondef('begin_call'::regproc), ', true)', ', false)');
end $$;
