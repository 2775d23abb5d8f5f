-- red: the_database_keeps_payment_runs_straight
-- Whoever proposes a payment run approves it.
alter table payment_runs drop constraint payment_run_four_eyes;
