-- red: the_database_keeps_notices_and_disputes_as_they_are
-- An invoice is dunned again at the same level.
drop index dunned_once_a_level;
