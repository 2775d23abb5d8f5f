-- red: the_database_refuses_what_people_must_not_do
-- Whoever writes users may raise their own rights.
drop trigger own_rights_stay on users;
