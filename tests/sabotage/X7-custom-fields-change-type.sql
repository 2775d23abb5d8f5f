-- red: the_database_refuses_comments_and_files_that_belong_nowhere
-- A custom field changes its type under the values that are there.
drop trigger custom_field_keeps_its_type on custom_fields;
