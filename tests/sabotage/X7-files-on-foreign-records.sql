-- red: the_database_refuses_comments_and_files_that_belong_nowhere
-- A file can be attached to a record of another organisation.
drop trigger on_record on attachments;
