-- red: the_database_refuses_what_nobody_may_book_by_hand
-- An allocation is taken back by any amount.
drop trigger allocation_reversal_mirrors on allocations;
