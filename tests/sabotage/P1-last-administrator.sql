-- red: an_organisation_keeps_an_administrator
-- Nobody might be left who lets others in.
drop trigger last_administrator on users;
