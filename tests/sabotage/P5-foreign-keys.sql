-- red: the_database_refuses_what_people_must_not_do
-- A key may be made for somebody else.
drop policy own_key on api_keys;
