-- red: the_database_keeps_years_and_periods_in_order
-- Periods may overlap as long as the days are as many as the year has.
drop trigger period_follows on periods;
