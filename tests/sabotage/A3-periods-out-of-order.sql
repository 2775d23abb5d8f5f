-- red: the_database_keeps_years_and_periods_in_order
-- Periods close in whatever order, and years too; they need not cover their year nor follow each other.
drop trigger fiscal_year_holds on fiscal_years;
drop trigger period_holds on periods;
