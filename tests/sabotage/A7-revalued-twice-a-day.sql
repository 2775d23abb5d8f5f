-- red: what_is_open_is_restated_and_taken_back_the_day_after
-- A day can be revalued twice.
drop index revaluation_once_a_day;
