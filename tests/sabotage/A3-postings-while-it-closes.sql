-- red: nobody_posts_into_a_period_while_it_closes
-- Whoever closes does not wait for whoever is posting.
create or replace function hold_books() returns trigger language plpgsql as $$ begin return coalesce(new, old); end $$;
