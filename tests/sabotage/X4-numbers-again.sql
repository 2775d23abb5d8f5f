-- red: nothing_that_the_application_role_tries_in_sql_commits
-- A series can be set back, and ahead.
drop trigger number_series_steps on number_series;
