-- red: the_database_keeps_years_and_periods_in_order
-- A closing entry may be anything.
drop trigger closing_is_profit on fiscal_years;
