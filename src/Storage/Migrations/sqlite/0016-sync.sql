-- Synchronisations, by the ids of their tasks, with what is to be brought and what became of it.
create table sync (
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
create index sync_repository on sync (repository_id);

-- Notes is a JSON array; kind 1 comes for itself, 2 with what it speaks of.
create table sync_entry (
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
create unique index sync_entry_reference on sync_entry (sync_id, reference);
create index sync_entry_pending on sync_entry (sync_id, kind, reference) where outcome is null;

-- Where the bytes of a blob can be fetched: of one that is promised, and of one whose file may be given up.
create table blob_source (
  content_id blob not null references content on delete cascade,
  remote_id blob not null references remote on delete cascade,
  streamed integer not null,
  primary key (content_id, remote_id)
) strict, without rowid;
create index blob_source_remote on blob_source (remote_id);

-- When a repository is synchronised by itself, and what that asks for.
alter table repository add column sync_schedule text;
alter table repository add column sync_mirror integer not null default 0;
alter table repository add column sync_signed_only integer not null default 0;
create index repository_scheduled on repository (id) where sync_schedule is not null;

-- Whether indexes may be held of which not all images are here.
alter table repository add column allow_sparse_indexes integer not null default 0;
