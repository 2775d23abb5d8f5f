-- red: the_database_refuses_what_nobody_may_book_by_hand
-- A payment is reversed and still settles invoices.
drop trigger reversed_payment_settles_nothing on entries;
drop trigger reversed_payment_settles_nothing on allocations;
