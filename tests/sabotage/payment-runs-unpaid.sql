-- red: the_database_keeps_payment_runs_straight
-- A payment run is posted and has paid nothing.
drop trigger payment_run_paid on payment_runs;
