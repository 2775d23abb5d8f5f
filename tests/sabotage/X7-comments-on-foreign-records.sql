-- red: the_database_refuses_comments_and_files_that_belong_nowhere
-- A comment can be put on a record of another organisation.
drop trigger on_record on comments;
