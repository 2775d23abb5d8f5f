-- red: a_year_is_closed_over_archived_accounts
-- Anything is posted to an account that is out of use, not only what closes a year.
do $$
begin
    execute replace(pg_get_functiondef('check_control_account()'::regprocedure), 'e.source <> ''accounting.fiscal_years''', 'false');
end $$;
