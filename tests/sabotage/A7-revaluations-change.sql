-- red: what_is_open_is_restated_and_taken_back_the_day_after
-- A revaluation may say another gain than was posted.
drop trigger revaluation_holds on revaluations;
