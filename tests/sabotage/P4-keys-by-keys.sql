-- red: keys_have_their_owners_rights_or_fewer
-- A key may make keys.
drop trigger api_key_by_person on api_keys;
