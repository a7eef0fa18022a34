-- What long work brings for a repository, until one version is made of it. The id is that of the task.
create table ingest (
  id uuid not null primary key,
  touched_at timestamptz not null
);

-- Keys and targets as in repository_content. No content that stands here can be deleted.
create table ingest_unit (
  ingest_id uuid not null references ingest on delete cascade,
  kind smallint not null,
  key text collate "C" not null,
  target text collate "C",
  content_id uuid not null references content,
  primary key (ingest_id, kind, key)
);
create index ingest_unit_content on ingest_unit (content_id);
create index ingest_unit_target on ingest_unit (ingest_id, target) where target is not null;
