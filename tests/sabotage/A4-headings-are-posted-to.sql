-- red: the_database_keeps_years_and_periods_in_order
-- Nobody looks at what kind of account is posted to.
drop trigger entry_off_control_account on entry_lines;
