-- red: the_database_refuses_comments_and_files_that_belong_nowhere
-- Records hold values of custom fields that nobody defined.
drop trigger custom_keys_defined on parties;
