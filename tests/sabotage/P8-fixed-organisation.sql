-- red: the_database_refuses_what_people_must_not_do
-- The currency of the books may change under them.
drop trigger organization_fixed on organizations;
