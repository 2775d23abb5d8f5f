-- red: changes_of_people_hold_at_the_next_call_and_are_taken_back
-- Changed roles do not make cached rights stale.
drop trigger rights_counted on users;
