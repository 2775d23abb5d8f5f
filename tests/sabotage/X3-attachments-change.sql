-- red: the_database_refuses_comments_and_files_that_belong_nowhere
-- What was attached can become another file.
drop trigger attachment_immutable on attachments;
