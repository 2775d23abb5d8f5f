-- red: the_database_keeps_years_and_periods_in_order a_thousand_attempts_across_periods_in_sql_commit_nothing
-- A closed period is deleted, and its year.
drop trigger stays_with_year on periods;
drop trigger stays_in_use on fiscal_years;
