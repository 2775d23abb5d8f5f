-- red: the_database_refuses_what_nobody_may_book_by_hand
-- Anybody posts to the receivables account by hand, and for nobody.
drop trigger entry_off_control_account on entry_lines;
