-- red: what_is_let_go_settles_its_document_until_it_is_taken_back
-- A write-off stays in the books and settles nothing.
drop trigger adjustment_settles on allocations;
