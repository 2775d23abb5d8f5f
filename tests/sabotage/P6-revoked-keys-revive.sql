-- red: the_database_refuses_what_people_must_not_do
-- A revoked key may come back to life.
drop trigger api_key_revoked on api_keys;
