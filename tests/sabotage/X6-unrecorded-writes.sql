-- red: every_table_is_protected_and_captured
-- Changes of parties leave no trace.
drop trigger captured_update on parties;
