-- red: the_database_keeps_payment_runs_straight
-- A payment run changes after it was approved.
drop trigger payment_run_steps on payment_runs;
