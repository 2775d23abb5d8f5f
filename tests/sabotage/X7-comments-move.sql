-- red: the_database_refuses_comments_and_files_that_belong_nowhere
-- A comment can change its record, its author, and whom it is meant for.
drop trigger comment_keeps_its_place on comments;
