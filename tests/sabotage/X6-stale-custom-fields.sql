-- red: an_administrator_adds_fields_and_everybody_fills_them_in
-- Whoever was read before does not learn of new custom fields.
drop trigger rights_renewed_insert on custom_fields;
