-- red: the_database_keeps_payment_runs_straight
-- A bill is in two payment runs.
drop index payment_run_bill_once;
