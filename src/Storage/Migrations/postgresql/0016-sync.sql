-- Synchronisations, by the ids of their tasks, with what is to be brought and what became of it.
create table sync (
  id uuid not null primary key,
  repository_id uuid not null references repository on delete cascade,
  remote_id uuid not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  outcome text,
  error text,
  excluded bigint not null default 0,
  manifests bigint not null default 0,
  blobs bigint not null default 0,
  signatures bigint not null default 0,
  bytes bigint not null default 0
);
create index sync_repository on sync (repository_id);

-- Notes is a JSON array; kind 1 comes for itself, 2 with what it speaks of.
create table sync_entry (
  id uuid not null primary key,
  sync_id uuid not null references sync on delete cascade,
  kind smallint not null,
  reference text collate "C" not null,
  outcome text,
  digest text collate "C",
  reason text,
  message text,
  notes text not null default '[]',
  manifests bigint not null default 0,
  blobs bigint not null default 0,
  signatures bigint not null default 0,
  bytes bigint not null default 0
);
create unique index sync_entry_reference on sync_entry (sync_id, reference);
create index sync_entry_pending on sync_entry (sync_id, kind, reference) where outcome is null;

-- Where the bytes of a blob can be fetched: of one that is promised, and of one whose file may be given up.
create table blob_source (
  content_id uuid not null references content on delete cascade,
  remote_id uuid not null references remote on delete cascade,
  streamed boolean not null,
  primary key (content_id, remote_id)
);
create index blob_source_remote on blob_source (remote_id);

-- When a repository is synchronised by itself, and what that asks for.
alter table repository add column sync_schedule text;
alter table repository add column sync_mirror boolean not null default false;
alter table repository add column sync_signed_only boolean not null default false;
create index repository_scheduled on repository (id) where sync_schedule is not null;

-- Whether indexes may be held of which not all images are here.
alter table repository add column allow_sparse_indexes boolean not null default false;
