-- red: the_database_refuses_what_the_books_must_not_hold
-- An invoice can be settled twice.
drop trigger allocation_holds on allocations;
