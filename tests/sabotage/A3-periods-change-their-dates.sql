-- red: the_database_keeps_years_and_periods_in_order
-- A closed period is given other days.
drop trigger dates_stay on periods;
