-- red: the_database_refuses_what_nobody_may_book_by_hand
-- A line of a draft has both sides.
alter table entry_draft_lines drop constraint entry_draft_line_one_side;
