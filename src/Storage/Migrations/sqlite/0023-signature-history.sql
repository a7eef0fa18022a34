-- Who made a version.
create index task_made on task (made_repository_id, made_number) where made_number is not null;

-- Which revocation made a version, and by which task; that may be forgotten.
alter table revocation_repository add column task_id blob;
create index revocation_repository_after on revocation_repository (repository_id, version_after)
  where version_after is not null;

-- Signatures by the version they came in: those that are still there; and those that left, by how long they stayed, in
-- steps of four, so that what a version in between held is found without all that came before it and left again.
create index repository_content_signed on repository_content (repository_id, version_added, content_id)
  where kind = 4 and version_removed is null;
create index repository_content_unsigned on repository_content (
  repository_id,
  (case when version_removed - version_added < 4 then 0 when version_removed - version_added < 16 then 1
    when version_removed - version_added < 64 then 2 when version_removed - version_added < 256 then 3
    when version_removed - version_added < 1024 then 4 when version_removed - version_added < 4096 then 5
    when version_removed - version_added < 16384 then 6 when version_removed - version_added < 65536 then 7
    when version_removed - version_added < 262144 then 8 else 9 end),
  version_added, content_id)
  where kind = 4 and version_removed is not null;

-- Keys that are known: any number of others may go by the same key id.
create index signing_key_known on signing_key (key_id, fingerprint) where public_key is not null;
