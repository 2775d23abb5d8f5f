-- red: every_table_is_protected_and_captured without_an_organisation_there_are_no_rows one_connection_serves_two_companies_and_shows_neither_the_other
-- One table is open to whoever has a connection.
alter table parties disable row level security;
