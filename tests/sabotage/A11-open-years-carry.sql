-- red: the_database_keeps_years_and_periods_in_order
-- An open year names the entry that closed it.
alter table fiscal_years drop constraint fiscal_year_open_carries_nothing;
