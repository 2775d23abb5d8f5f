-- red: the_database_refuses_what_the_books_must_not_hold
-- Nothing looks at debits and credits any more.
drop trigger entry_balances on entry_lines;
drop trigger entry_not_empty on entries;
