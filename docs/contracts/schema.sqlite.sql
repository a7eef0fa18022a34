CREATE TABLE OrleansQuery (
  QueryKey text primary key,
  QueryText text not null
) without rowid;
CREATE TABLE account (
  id blob not null primary key,
  name text not null unique,
  password_hash text,
  first_name text not null default '',
  last_name text not null default '',
  email text not null default '',
  is_staff integer not null default 0,
  is_active integer not null default 1,
  created_at integer not null
, generation integer not null default 0) strict;
CREATE TABLE account_role (
  id blob not null primary key,
  account_id blob not null references account on delete cascade,
  role text not null,
  created_at integer not null,
  unique (account_id, role)
) strict;
CREATE TABLE attached_signature (
  content_id blob not null references content on delete cascade,
  key_id text not null,
  fingerprint text not null,
  manifest_digest text not null, -- of the image
  is_attestation integer not null,
  primary key (content_id, key_id, fingerprint, manifest_digest)
) strict;
CREATE TRIGGER attached_signature_came after insert on attached_signature begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE TRIGGER attached_signature_changed after update on attached_signature begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE TRIGGER attached_signature_gone after delete on attached_signature begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE INDEX attached_signature_image on attached_signature (manifest_digest);
CREATE INDEX attached_signature_key on attached_signature (key_id, fingerprint);
CREATE TABLE blob (
  content_id blob not null primary key references content on delete cascade,
  size integer not null
, promised integer not null default 0) strict;
CREATE TRIGGER blob_came after insert on blob begin
  insert into tally values ('blob', '', 1) on conflict (subject, key) do update set amount = amount + 1;
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE TRIGGER blob_changed after update on blob begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE TRIGGER blob_gone after delete on blob begin
  update tally set amount = amount - 1 where subject = 'blob' and key = '';
  delete from tally where subject = 'blob' and key = '' and amount = 0;
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE TABLE blob_source (
  content_id blob not null references content on delete cascade,
  remote_id blob not null references remote on delete cascade,
  streamed integer not null,
  primary key (content_id, remote_id)
) strict, without rowid;
CREATE INDEX blob_source_remote on blob_source (remote_id);
CREATE TABLE cluster_certificate (
  id integer not null primary key check (id = 1),
  certificate blob not null,
  private_key text not null
) strict;
CREATE TABLE content (
  id blob not null primary key,
  kind integer not null,
  key text not null,
  created_at integer not null,
  touched_at integer not null,
  doomed integer not null default 0,
  unique (kind, key)
) strict;
CREATE TRIGGER content_came after insert on content begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE TRIGGER content_gone after delete on content begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE TABLE content_label (
  content_id blob not null references content on delete cascade,
  key text not null,
  value text,
  primary key (content_id, key)
) strict;
CREATE TRIGGER content_label_came after insert on content_label begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE TRIGGER content_label_changed after update on content_label begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE TRIGGER content_label_gone after delete on content_label begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE INDEX content_label_key on content_label (key, value, content_id);
CREATE TABLE deleted_repository (
  id blob not null primary key,
  deleted_at integer not null
) strict;
CREATE TABLE distribution (
  id blob not null primary key,
  name text not null unique,
  base_path text not null unique,
  repository_id blob references repository on delete set null,
  pinned_version integer,
  created_at integer not null
, description text, private integer not null default 0, hidden integer not null default 0, namespace_id blob references namespace, updated_at integer, pull_through_id blob references pull_through on delete set null, remote_id blob references remote on delete set null, trust_policy_id blob references trust_policy) strict;
CREATE INDEX distribution_namespace on distribution (namespace_id);
CREATE INDEX distribution_pull_through on distribution (pull_through_id) where pull_through_id is not null;
CREATE INDEX distribution_remote on distribution (remote_id) where remote_id is not null;
CREATE INDEX distribution_repository on distribution (repository_id) where repository_id is not null;
CREATE INDEX distribution_trust_policy on distribution (trust_policy_id) where trust_policy_id is not null;
CREATE TABLE export (
  id blob not null primary key,
  exporter_id blob not null references exporter on delete cascade,
  created_at integer not null,
  task_id blob,
  parameters text not null,
  versions text not null,
  files text not null,
  toc text not null
) strict;
CREATE INDEX export_exporter on export (exporter_id, created_at, id);
CREATE TABLE exporter (
  id blob not null primary key,
  name text not null unique,
  path text not null,
  created_at integer not null,
  updated_at integer not null
) strict;
CREATE TABLE exporter_repository (
  exporter_id blob not null references exporter on delete cascade,
  repository_id blob not null references repository on delete cascade,
  primary key (exporter_id, repository_id)
) strict;
CREATE INDEX exporter_repository_repository on exporter_repository (repository_id);
CREATE TABLE gate (
  id integer not null primary key check (id = 1),
  epoch integer not null
) strict;
CREATE TABLE import (
  id blob not null primary key,
  importer_id blob not null references importer on delete cascade,
  created_at integer not null,
  task_id blob,
  parameters text not null,
  report text not null
) strict;
CREATE INDEX import_importer on import (importer_id, created_at, id);
CREATE TABLE imported_version (
  source_id blob not null,
  repository_id blob not null references repository on delete cascade,
  version integer not null,
  bundle_id blob not null,
  primary key (source_id, repository_id)
) strict;
CREATE INDEX imported_version_repository on imported_version (repository_id);
CREATE TABLE importer (
  id blob not null primary key,
  name text not null unique,
  settings text not null,
  created_at integer not null,
  updated_at integer not null
) strict;
CREATE TABLE ingest (
  id blob not null primary key,
  touched_at integer not null
) strict;
CREATE TABLE ingest_unit (
  ingest_id blob not null references ingest on delete cascade,
  kind integer not null,
  key text not null,
  target text,
  content_id blob not null references content,
  primary key (ingest_id, kind, key)
) strict;
CREATE INDEX ingest_unit_content on ingest_unit (content_id);
CREATE INDEX ingest_unit_target on ingest_unit (ingest_id, target) where target is not null;
CREATE TABLE key_use (
  repository_id blob not null references repository on delete cascade,
  key_id text not null,
  fingerprint text not null,
  signatures integer not null,
  manifests integer not null,
  first_seen integer not null,
  last_seen integer not null, proven integer not null default 0,
  primary key (key_id, fingerprint, repository_id)
) strict;
CREATE INDEX key_use_repository on key_use (repository_id);
CREATE TABLE made_signature (
  manifest_digest text not null,
  reference text not null,
  fingerprint text not null,
  content_id blob not null references content on delete cascade,
  task_id blob not null, -- made by it; it may be forgotten
  primary key (manifest_digest, reference, fingerprint)
) strict;
CREATE INDEX made_signature_content on made_signature (content_id);
CREATE TABLE manifest (
  content_id blob not null primary key references content on delete cascade,
  digest text not null unique,
  sha256 text, -- of the bytes, where the digest is by another algorithm
  media_type text not null,
  artifact_type text,
  annotations text,
  size integer not null,
  bytes blob not null
, described integer not null default 0, type text, architecture text, os text, labels text, bootable integer not null default 0, flatpak integer not null default 0, layers_size integer, signs integer not null default 0) strict;
CREATE TRIGGER manifest_came after insert on manifest begin
  insert into tally values ('manifest', '', 1) on conflict (subject, key) do update set amount = amount + 1;
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE TRIGGER manifest_changed after update on manifest begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE TRIGGER manifest_gone after delete on manifest begin
  update tally set amount = amount - 1 where subject = 'manifest' and key = '';
  delete from tally where subject = 'manifest' and key = '' and amount = 0;
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE INDEX manifest_media_type on manifest (media_type, content_id);
CREATE INDEX manifest_sha256 on manifest (sha256) where sha256 is not null;
CREATE INDEX manifest_signs on manifest (content_id) where signs;
CREATE INDEX manifest_undescribed on manifest (content_id) where described = 0;
CREATE TABLE manifest_link (
  manifest_id blob not null references content on delete cascade,
  kind integer not null,
  digest text not null,
  primary key (manifest_id, kind, digest)
) strict;
CREATE INDEX manifest_link_digest on manifest_link (digest, kind, manifest_id);
CREATE TABLE namespace (
  id blob not null primary key,
  name text not null unique,
  created_at integer not null
, trust_policy_id blob references trust_policy) strict;
CREATE INDEX namespace_trust_policy on namespace (trust_policy_id) where trust_policy_id is not null;
CREATE TABLE orleans_reminder (
  service_id text not null,
  grain_id text not null,
  name text not null,
  grain_hash integer not null,
  start_time text not null,
  period integer not null,
  version integer not null,
  primary key (service_id, grain_id, name)
) without rowid;
CREATE INDEX orleans_reminder_by_hash on orleans_reminder (service_id, grain_hash);
CREATE TABLE orleans_state (
  id_hash integer not null,
  type_hash integer not null,
  n0 integer not null,
  n1 integer not null,
  service_id text not null,
  type_name text not null,
  extension text not null,
  version integer not null,
  payload blob,
  primary key (id_hash, type_hash, n0, n1, service_id, type_name, extension)
);
CREATE TABLE pending (
  repository_id blob not null references repository on delete cascade,
  content_id blob not null references content,
  since integer not null,
  primary key (repository_id, content_id)
) strict;
CREATE INDEX pending_content on pending (content_id);
CREATE TABLE probe (written_at integer not null) strict;
CREATE TABLE pull (
  id blob not null primary key,
  manifest_digest text not null,
  repository_id blob not null,
  repository_name text not null,
  base_path text not null,
  tag text not null,
  account_id blob not null,
  account_name text not null,
  address text not null,
  day integer not null,
  pulls integer not null,
  first_at integer not null,
  last_at integer not null
) strict;
CREATE INDEX pull_account on pull (account_id, day);
CREATE INDEX pull_account_name on pull (account_name, day);
CREATE INDEX pull_address on pull (address, day);
CREATE INDEX pull_day on pull (day, id);
CREATE UNIQUE INDEX pull_key on pull (manifest_digest, repository_id, account_id, address, day);
CREATE INDEX pull_repository on pull (repository_id, day);
CREATE INDEX pull_repository_name on pull (repository_name, day);
CREATE TABLE pull_through (
  id blob not null primary key,
  name text not null unique,
  base_path text not null unique,
  remote_id blob references remote on delete set null,
  private integer not null,
  hidden integer not null,
  description text,
  tag_ttl integer not null, -- seconds
  namespace_id blob references namespace on delete set null,
  created_at integer not null,
  updated_at integer not null
) strict;
CREATE INDEX pull_through_namespace on pull_through (namespace_id) where namespace_id is not null;
CREATE INDEX pull_through_remote on pull_through (remote_id) where remote_id is not null;
CREATE TABLE remote (
  id blob not null primary key,
  name text not null unique,
  url text not null,
  settings text not null,
  secrets text,
  secrets_set text not null, -- their names, separated by commas
  created_at integer not null,
  updated_at integer not null
, kind integer not null default 1) strict;
CREATE TABLE report_key (
  id integer not null primary key check (id = 1),
  private_key text not null
) strict;
CREATE TABLE repository (
  id blob not null primary key,
  name text not null unique,
  head integer not null,
  created_at integer not null
, last_number integer not null default 0, retain_repo_versions integer, description text, remote_id blob references remote on delete set null, retain_checkpoints integer, updated_at integer, signing_service_id blob references signing_service on delete set null, pushed integer not null default 0, sync_schedule text, sync_mirror integer not null default 0, sync_signed_only integer not null default 0, allow_sparse_indexes integer not null default 0, sign_on_push_id blob references signing_service on delete set null, sign_on_push_host text, sign_on_push_task_id blob, signed_head integer not null default 0, signing_head integer not null default 0, accept_id blob references trust_policy, accept_minutes integer, accept_host text, accepted_head integer not null default 0, sign_on_push_user_id blob) strict;
CREATE TRIGGER repository_created after insert on repository begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE TRIGGER repository_deleted after delete on repository begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE TRIGGER repository_moved after update of head on repository begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE INDEX repository_accept on repository (accept_id) where accept_id is not null;
CREATE INDEX repository_remote on repository (remote_id) where remote_id is not null;
CREATE INDEX repository_scheduled on repository (id) where sync_schedule is not null;
CREATE INDEX repository_sign_on_push on repository (sign_on_push_id) where sign_on_push_id is not null;
CREATE INDEX repository_signing_service on repository (signing_service_id) where signing_service_id is not null;
CREATE TABLE "repository_content" (
  repository_id blob not null,
  kind integer not null,
  key text not null,
  target text,
  content_id blob not null references content,
  version_added integer not null,
  version_removed integer,
  primary key (repository_id, kind, key, version_added)
) strict;
CREATE TRIGGER repository_content_came after insert on repository_content begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE TRIGGER repository_content_changed after update on repository_content begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE TRIGGER repository_content_gone after delete on repository_content begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE INDEX repository_content_added on repository_content (repository_id, version_added);
CREATE UNIQUE INDEX repository_content_current on repository_content (repository_id, kind, key)
  where version_removed is null;
CREATE INDEX repository_content_holders on repository_content (content_id, repository_id);
CREATE INDEX repository_content_listed on repository_content (repository_id, kind, content_id);
CREATE INDEX repository_content_removed on repository_content (repository_id, version_removed)
  where version_removed is not null;
CREATE INDEX repository_content_signed on repository_content (repository_id, version_added, content_id)
  where kind = 4 and version_removed is null;
CREATE INDEX repository_content_target on repository_content (repository_id, target)
  where version_removed is null and target is not null;
CREATE INDEX repository_content_unsigned on repository_content (
  repository_id,
  (case when version_removed - version_added < 4 then 0 when version_removed - version_added < 16 then 1
    when version_removed - version_added < 64 then 2 when version_removed - version_added < 256 then 3
    when version_removed - version_added < 1024 then 4 when version_removed - version_added < 4096 then 5
    when version_removed - version_added < 16384 then 6 when version_removed - version_added < 65536 then 7
    when version_removed - version_added < 262144 then 8 else 9 end),
  version_added, content_id)
  where kind = 4 and version_removed is not null;
CREATE TABLE "repository_version" (
  repository_id blob not null,
  number integer not null,
  created_at integer not null,
  added_blobs integer not null, added_manifests integer not null,
  added_tags integer not null, added_signatures integer not null,
  removed_blobs integer not null, removed_manifests integer not null,
  removed_tags integer not null, removed_signatures integer not null,
  present_blobs integer not null, present_manifests integer not null,
  present_tags integer not null, present_signatures integer not null,
  id blob not null default (randomblob(16)),
  primary key (repository_id, number)
) strict;
CREATE TRIGGER repository_version_came after insert on repository_version begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE TRIGGER repository_version_changed after update on repository_version begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE TRIGGER repository_version_gone after delete on repository_version begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE INDEX repository_version_created on repository_version (created_at, repository_id, number);
CREATE UNIQUE INDEX repository_version_id on repository_version (id);
CREATE TABLE resource_label (
  resource_id blob not null,
  key text not null,
  value text,
  primary key (resource_id, key)
) strict;
CREATE INDEX resource_label_key on resource_label (key, value, resource_id);
CREATE TABLE revocation (
  id blob not null primary key,
  number integer unique,
  scope text not null,
  key_id text,
  fingerprint text,
  digest text,
  reason text not null,
  ticket text not null,
  effective_from integer,
  since_id blob, -- the least id of content that was first seen then
  created_by text not null,
  created_at integer not null,
  in_force_at integer,
  planned_at integer,
  completed_at integer,
  withdrawn_at integer,
  withdrawn_by text,
  withdrawn_reason text,
  refused integer not null default 0,
  report text,
  report_signature blob
, repository_id blob, signed_digest text) strict;
CREATE INDEX revocation_digest on revocation (digest) where digest is not null;
CREATE INDEX revocation_key on revocation (key_id) where key_id is not null;
CREATE TABLE revocation_image (
  revocation_id blob not null references revocation on delete cascade,
  repository_id blob not null,
  digest text not null,
  primary key (revocation_id, repository_id, digest)
) strict;
CREATE TABLE revocation_repository (
  revocation_id blob not null references revocation on delete cascade,
  repository_id blob not null,
  name text not null,
  head integer not null,
  signatures integer not null,
  images integer not null,
  unsigned_images integer not null,
  version_before integer,
  version_after integer,
  done_at integer,
  error text, task_id blob,
  primary key (revocation_id, repository_id)
) strict;
CREATE INDEX revocation_repository_after on revocation_repository (repository_id, version_after)
  where version_after is not null;
CREATE INDEX revocation_repository_open on revocation_repository (revocation_id, repository_id) where done_at is null;
CREATE TABLE revoked_key (
  revocation_id blob not null references revocation on delete cascade,
  key_id text not null,
  fingerprint text not null,
  primary key (revocation_id, key_id, fingerprint)
) strict;
CREATE INDEX revoked_key_id on revoked_key (key_id);
CREATE TABLE schema_version (
  number integer primary key,
  name text not null,
  applied_at integer not null);
CREATE TABLE secret_key (
  id integer not null primary key check (id = 1),
  sealed text not null
) strict;
CREATE TABLE signature (
  content_id blob not null primary key references content on delete cascade,
  manifest_digest text not null references manifest (digest) on delete cascade,
  digest text not null,
  name text not null,
  key_id text not null,
  fingerprint text,
  signed_at integer not null,
  creator text,
  reference text not null,
  size integer not null,
  bytes blob not null
, statement text, proven integer not null default 0) strict;
CREATE TRIGGER signature_came after insert on signature begin
  insert into tally values ('signature', new.key_id, 1) on conflict (subject, key) do update set amount = amount + 1;
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE TRIGGER signature_gone after delete on signature begin
  update tally set amount = amount - 1 where subject = 'signature' and key = old.key_id;
  delete from tally where subject = 'signature' and key = old.key_id and amount = 0;
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE TRIGGER signature_moved after update of key_id on signature begin
  update tally set amount = amount - 1 where subject = 'signature' and key = old.key_id;
  delete from tally where subject = 'signature' and key = old.key_id and amount = 0;
  insert into tally values ('signature', new.key_id, 1) on conflict (subject, key) do update set amount = amount + 1;
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE INDEX signature_digest on signature (digest);
CREATE INDEX signature_fingerprint on signature (fingerprint);
CREATE INDEX signature_key_newest on signature (key_id, content_id);
CREATE INDEX signature_manifest on signature (manifest_digest);
CREATE INDEX signature_unstated on signature (content_id) where statement is null;
CREATE TABLE signing_key (
  id blob not null primary key,
  key_id text not null,
  fingerprint text not null,
  kind text not null,
  algorithm text,
  bits integer,
  user_ids text not null default '[]',
  primary_fingerprint text, -- of a subkey
  public_key text, -- armor or PEM, as it was given
  expires_at integer,
  ended_at integer, -- since when its own certificate revokes it, as far as this server knows
  note text not null default '',
  created_at integer not null,
  unique (key_id, fingerprint)
) strict;
CREATE INDEX signing_key_fingerprint on signing_key (fingerprint);
CREATE INDEX signing_key_known on signing_key (key_id, fingerprint) where public_key is not null;
CREATE INDEX signing_key_primary on signing_key (primary_fingerprint) where primary_fingerprint is not null;
CREATE TABLE signing_service (
  id blob not null primary key,
  name text not null unique,
  kind text not null,
  public_key text not null,
  fingerprint text not null,
  script text,
  attachment text, -- where signatures of cosign go: tag, referrer, both
  secret text,
  created_at integer not null
, rights text) strict;
CREATE TABLE sync (
  id blob not null primary key,
  repository_id blob not null references repository on delete cascade,
  remote_id blob not null,
  started_at integer not null,
  ended_at integer,
  outcome text,
  error text,
  excluded integer not null default 0,
  manifests integer not null default 0,
  blobs integer not null default 0,
  signatures integer not null default 0,
  bytes integer not null default 0
) strict;
CREATE INDEX sync_repository on sync (repository_id);
CREATE TABLE sync_entry (
  id blob not null primary key,
  sync_id blob not null references sync on delete cascade,
  kind integer not null,
  reference text not null,
  outcome text,
  digest text,
  reason text,
  message text,
  notes text not null default '[]',
  manifests integer not null default 0,
  blobs integer not null default 0,
  signatures integer not null default 0,
  bytes integer not null default 0
) strict;
CREATE INDEX sync_entry_pending on sync_entry (sync_id, kind, reference) where outcome is null;
CREATE UNIQUE INDEX sync_entry_reference on sync_entry (sync_id, reference);
CREATE TABLE tag (
  content_id blob not null primary key references content on delete cascade,
  name text not null,
  manifest_digest text not null
) strict;
CREATE TRIGGER tag_came after insert on tag begin
  insert into tally values ('tag', '', 1) on conflict (subject, key) do update set amount = amount + 1;
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE TRIGGER tag_changed after update on tag begin
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE TRIGGER tag_gone after delete on tag begin
  update tally set amount = amount - 1 where subject = 'tag' and key = '';
  delete from tally where subject = 'tag' and key = '' and amount = 0;
  update tally set amount = amount + 1 where subject = 'catalogue' and key = '';
end;
CREATE INDEX tag_manifest on tag (manifest_digest);
CREATE INDEX tag_name on tag (name, content_id);
CREATE TABLE tally (
  subject text not null,
  key text not null,
  amount integer not null,
  primary key (subject, key)
) without rowid;
CREATE TABLE task (
  id blob not null primary key,
  name text not null,
  kind text not null,
  state text not null,
  logging_cid text not null default '',
  created_by text,
  created_at integer not null,
  unblocked_at integer, -- since when nothing before it stands in its way
  started_at integer,
  finished_at integer,
  line text not null, -- the first resource that it reserves
  arguments text not null,
  error text,
  progress text not null default '[]',
  created_resources text not null default '[]',
  result text,
  parent_id blob references task on delete set null,
  group_id blob references task_group on delete set null,
  -- The version that it made, noted in the version's own transaction; it may be deleted since.
  made_repository_id blob,
  made_number integer,
  made_version_id blob,
  made_at integer,
  -- Who works on it: each attempt writes under its own number, so that one which lost its task writes nothing.
  attempt integer not null default 0,
  interruptions integer not null default 0, -- how often something broke one off
  node text,
  heartbeat_at integer
, cursor text) strict;
CREATE INDEX task_beating on task (heartbeat_at, id) where state in ('running', 'canceling');
CREATE INDEX task_cid on task (logging_cid) where logging_cid <> '';
CREATE INDEX task_finished on task (state, finished_at) where finished_at is not null;
CREATE INDEX task_made on task (made_repository_id, made_number) where made_number is not null;
CREATE INDEX task_name on task (name, created_at);
CREATE INDEX task_newest on task (created_at, id);
CREATE INDEX task_of_group on task (group_id) where group_id is not null;
CREATE INDEX task_parent on task (parent_id) where parent_id is not null;
CREATE INDEX task_ready on task (unblocked_at, id) where state = 'waiting' and unblocked_at is not null;
CREATE INDEX task_unfinished on task (state) where finished_at is null;
CREATE TABLE task_created (
  task_id blob not null references task on delete cascade,
  href text not null,
  prn text not null,
  primary key (task_id, href)
) strict;
CREATE INDEX task_created_href on task_created (href);
CREATE INDEX task_created_prn on task_created (prn);
CREATE TABLE task_group (
  id blob not null primary key,
  description text not null,
  all_dispatched integer not null default 0,
  created_at integer not null
) strict;
CREATE TABLE task_lane (
  resource text not null primary key,
  last_place integer not null
) strict;
CREATE TABLE task_queue (
  resource text not null,
  place integer not null,
  task_id blob not null references task on delete cascade,
  exclusive integer not null,
  blocked integer not null,
  primary key (resource, place)
) strict;
CREATE INDEX task_queue_blocked on task_queue (resource, place) where blocked;
CREATE INDEX task_queue_exclusive on task_queue (resource, place) where exclusive;
CREATE INDEX task_queue_task on task_queue (task_id);
CREATE TABLE task_resource (
  task_id blob not null references task on delete cascade,
  resource text not null,
  exclusive integer not null,
  primary key (task_id, resource)
) strict;
CREATE INDEX task_resource_tasks on task_resource (resource, task_id);
CREATE TABLE token_key (
  id integer not null primary key check (id = 1),
  private_key text not null
) strict;
CREATE TABLE trust_audit (
  id blob not null primary key,
  created_at integer not null,
  created_by text not null, -- the name of a user, or empty
  task_id blob,
  parameters text not null,
  finished_at integer
) strict;
CREATE TABLE trust_audit_image (
  id blob not null primary key,
  audit_id blob not null references trust_audit on delete cascade,
  name text not null,
  digest text not null,
  tag text not null,
  is_valid integer not null,
  was_valid integer, -- by what holds now, where a change of it is tried
  fingerprint text,
  why text not null
) strict;
CREATE UNIQUE INDEX trust_audit_image_key on trust_audit_image (audit_id, name, digest, tag);
CREATE INDEX trust_audit_image_listed on trust_audit_image (audit_id, id);
CREATE TABLE trust_audit_name (
  audit_id blob not null references trust_audit on delete cascade,
  name text not null,
  repository_id blob not null,
  version integer not null,
  policy_id blob,
  policy_revision integer,
  images integer not null default 0,
  valid integer not null default 0,
  newly_refused integer not null default 0,
  primary key (audit_id, name)
) strict;
CREATE TABLE trust_policy (
  id blob not null primary key,
  name text not null unique,
  document text not null, -- JSON, as it was given
  mode text not null, -- enforce, warn or off
  is_default integer not null,
  revision integer not null, -- goes up with each change
  created_at integer not null,
  updated_at integer not null
) strict;
CREATE UNIQUE INDEX trust_policy_default on trust_policy (is_default) where is_default;
CREATE TABLE trust_policy_change (
  policy_id blob not null,
  revision integer not null,
  action text not null, -- created, updated or deleted
  name text not null,
  document text not null,
  mode text not null,
  is_default integer not null,
  changed_by text not null, -- the name of a user, or empty
  changed_at integer not null,
  primary key (policy_id, revision)
) strict;
