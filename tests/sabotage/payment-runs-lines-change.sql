-- red: the_database_keeps_payment_runs_straight
-- What is approved is not what is paid.
drop trigger payment_run_line_kept on payment_run_lines;
