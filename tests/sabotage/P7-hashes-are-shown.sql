-- red: the_database_refuses_what_people_must_not_do
-- The application may read what passwords are kept as.
grant select (password_hash) on users to steward_app;
