-- red: the_database_refuses_instalments_that_do_not_add_up
-- Payment terms come to less than the whole.
alter table payment_terms drop constraint payment_term_adds_up;
