-- red: nothing_that_the_application_role_tries_in_sql_commits
-- What happened can be told otherwise.
grant update on calls to steward_app;
