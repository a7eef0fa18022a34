-- How many blobs, manifests and tags there are, and signatures by key id. The sum over the rows of a subject and a key is the
-- number; there are several so that writers need not wait for each other. The subject 'catalogue' sums up what was added with
-- each change of anything that lists of content are chosen by.
create table tally (
  id bigint generated always as identity primary key,
  subject text not null,
  key text not null,
  amount bigint not null
) with (fillfactor = 50);
create index tally_subject on tally (subject, key);

-- Takes a row that nobody else has at the moment, or a new one: a tally is never waited for, and so is part of no deadlock.
create function tally_add(which text, whose text, more bigint) returns void language plpgsql as $$
declare
  mine bigint;
  rest bigint;
begin
  update tally set amount = amount + more
  where id = (select id from tally where subject = which and key = whose limit 1 for update skip locked)
  returning id, amount into mine, rest;
  if not found then
    insert into tally (subject, key, amount) values (which, whose, more);
  elsif rest = 0 then
    delete from tally where id = mine;
  end if;
end $$;

-- Once in a transaction. What is added differs, so that histories that part at a failover are not taken for one another.
create function catalogue_changed() returns void language plpgsql as $$
begin
  if current_setting('registry.catalogue', true) is distinct from 'changed' then
    perform set_config('registry.catalogue', 'changed', true);
    perform tally_add('catalogue', '', 1 + floor(random() * 1000000)::bigint);
  end if;
end $$;

create function note_change() returns trigger language plpgsql as $$
begin
  perform catalogue_changed();
  return null;
end $$;

create function note_content() returns trigger language plpgsql as $$
begin
  if exists (select from came) then
    perform catalogue_changed();
  end if;
  return null;
end $$;

create function tally_rows() returns trigger language plpgsql as $$
declare
  more bigint;
begin
  if tg_op = 'INSERT' then
    select count(*) into more from came;
  else
    select -count(*) into more from gone;
  end if;
  if more <> 0 then
    perform tally_add(tg_table_name, '', more);
    perform catalogue_changed();
  end if;
  return null;
end $$;

create function tally_signatures() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform tally_add('signature', key_id, count(*)) from came group by key_id;
  elsif tg_op = 'DELETE' then
    perform tally_add('signature', key_id, -count(*)) from gone group by key_id;
  else
    perform tally_add('signature', key_id, sum(one)::bigint)
    from (select key_id, 1 one from came union all select key_id, -1 from gone) moved group by key_id having sum(one) <> 0;
  end if;
  if found then
    perform catalogue_changed();
  end if;
  return null;
end $$;

create trigger blob_came after insert on blob
  referencing new table as came for each statement execute function tally_rows();
create trigger blob_gone after delete on blob
  referencing old table as gone for each statement execute function tally_rows();
create trigger manifest_came after insert on manifest
  referencing new table as came for each statement execute function tally_rows();
create trigger manifest_gone after delete on manifest
  referencing old table as gone for each statement execute function tally_rows();
create trigger tag_came after insert on tag
  referencing new table as came for each statement execute function tally_rows();
create trigger tag_gone after delete on tag
  referencing old table as gone for each statement execute function tally_rows();
create trigger signature_came after insert on signature
  referencing new table as came for each statement execute function tally_signatures();
create trigger signature_gone after delete on signature
  referencing old table as gone for each statement execute function tally_signatures();
create trigger signature_moved after update on signature
  referencing new table as came old table as gone for each statement execute function tally_signatures();

-- What is there already is often inserted again, and stays as it is.
create trigger content_came after insert on content
  referencing new table as came for each statement execute function note_content();
create trigger content_gone after delete on content for each statement execute function note_change();
create trigger blob_changed after update on blob for each statement execute function note_change();
create trigger manifest_changed after update on manifest for each statement execute function note_change();
create trigger tag_changed after update on tag for each statement execute function note_change();
create trigger repository_changed after insert or delete or update of head on repository
  for each statement execute function note_change();
create trigger repository_version_changed after insert or update or delete on repository_version
  for each statement execute function note_change();
create trigger repository_content_changed after insert or update or delete on repository_content
  for each statement execute function note_change();
create trigger content_label_changed after insert or update or delete on content_label
  for each statement execute function note_change();
create trigger attached_signature_changed after insert or update or delete on attached_signature
  for each statement execute function note_change();

insert into tally (subject, key, amount)
select 'blob', '', count(*) from blob having count(*) > 0
union all select 'manifest', '', count(*) from manifest having count(*) > 0
union all select 'tag', '', count(*) from tag having count(*) > 0
union all select 'signature', key_id, count(*) from signature group by key_id
union all select 'catalogue', '', 1;
