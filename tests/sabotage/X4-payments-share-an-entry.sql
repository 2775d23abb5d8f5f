-- red: the_database_refuses_what_nobody_may_book_by_hand
-- Two payments share one entry.
drop index payment_entry_unique;
