-- red: the_database_refuses_what_the_books_must_not_hold
-- Lines can be slipped into an entry that was posted before.
drop trigger entry_complete on entry_lines;
