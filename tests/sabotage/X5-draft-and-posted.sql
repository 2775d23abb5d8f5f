-- red: the_database_refuses_what_nobody_may_book_by_hand
-- A posted entry is a draft as well.
drop trigger entry_draft_or_posted on entry_drafts;
drop trigger entry_draft_or_posted on entries;
