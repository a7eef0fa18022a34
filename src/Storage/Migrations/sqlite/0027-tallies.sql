-- How many blobs, manifests and tags there are, and signatures by key id. The subject 'catalogue' is the number of changes of
-- anything that lists of content are chosen by.
create table tally (
  subject text not null,
  key text not null,
  amount integer not null,
  primary key (subject, key)
) without rowid;

create trigger blob_came after insert on blob begin
  insert into tally values ('blob', '', 1) on conflict (subject, key) do update set amount = amount + 1;
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger blob_gone after delete on blob begin
  update tally set amount = amount - 1 where subject = 'blob' and key = '';
  delete from tally where subject = 'blob' and key = '' and amount = 0;
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger manifest_came after insert on manifest begin
  insert into tally values ('manifest', '', 1) on conflict (subject, key) do update set amount = amount + 1;
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger manifest_gone after delete on manifest begin
  update tally set amount = amount - 1 where subject = 'manifest' and key = '';
  delete from tally where subject = 'manifest' and key = '' and amount = 0;
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger tag_came after insert on tag begin
  insert into tally values ('tag', '', 1) on conflict (subject, key) do update set amount = amount + 1;
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger tag_gone after delete on tag begin
  update tally set amount = amount - 1 where subject = 'tag' and key = '';
  delete from tally where subject = 'tag' and key = '' and amount = 0;
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger signature_came after insert on signature begin
  insert into tally values ('signature', new.key_id, 1) on conflict (subject, key) do update set amount = amount + 1;
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger signature_gone after delete on signature begin
  update tally set amount = amount - 1 where subject = 'signature' and key = old.key_id;
  delete from tally where subject = 'signature' and key = old.key_id and amount = 0;
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger signature_moved after update of key_id on signature begin
  update tally set amount = amount - 1 where subject = 'signature' and key = old.key_id;
  delete from tally where subject = 'signature' and key = old.key_id and amount = 0;
  insert into tally values ('signature', new.key_id, 1) on conflict (subject, key) do update set amount = amount + 1;
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;

create trigger content_came after insert on content begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger content_gone after delete on content begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger blob_changed after update on blob begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger manifest_changed after update on manifest begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger tag_changed after update on tag begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger repository_created after insert on repository begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger repository_deleted after delete on repository begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger repository_moved after update of head on repository begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger repository_version_came after insert on repository_version begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger repository_version_changed after update on repository_version begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger repository_version_gone after delete on repository_version begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger repository_content_came after insert on repository_content begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger repository_content_changed after update on repository_content begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger repository_content_gone after delete on repository_content begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger content_label_came after insert on content_label begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger content_label_changed after update on content_label begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger content_label_gone after delete on content_label begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger attached_signature_came after insert on attached_signature begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger attached_signature_changed after update on attached_signature begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
create trigger attached_signature_gone after delete on attached_signature begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;

insert into tally (subject, key, amount)
select 'blob', '', count(*) from blob having count(*) > 0
union all select 'manifest', '', count(*) from manifest having count(*) > 0
union all select 'tag', '', count(*) from tag having count(*) > 0
union all select 'signature', key_id, count(*) from signature group by key_id
union all select 'catalogue', '', 1;
