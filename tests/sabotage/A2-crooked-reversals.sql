-- red: the_database_refuses_what_the_books_must_not_hold
-- A reversal may post anything.
drop trigger reversal_mirrors on entries;
