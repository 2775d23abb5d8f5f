-- red: outsiders_read_what_is_meant_for_them_on_their_own_records
-- Outsiders meet comments that are meant for colleagues.
drop policy organisation on comments;
create policy organisation on comments to steward_app using (org_id = (select current_org())) with check (org_id = (select current_org()));
