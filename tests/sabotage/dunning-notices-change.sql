-- red: the_database_keeps_notices_and_disputes_as_they_are
drop trigger dunning_notice_stays on dunning_notices;
