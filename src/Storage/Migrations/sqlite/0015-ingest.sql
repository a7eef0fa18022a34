-- What long work brings for a repository, until one version is made of it. The id is that of the task.
create table ingest (
  id blob not null primary key,
  touched_at integer not null
) strict;

-- Keys and targets as in repository_content. No content that stands here can be deleted.
create table ingest_unit (
  ingest_id blob not null references ingest on delete cascade,
  kind integer not null,
  key text not null,
  target text,
  content_id blob not null references content,
  primary key (ingest_id, kind, key)
) strict;
create index ingest_unit_content on ingest_unit (content_id);
create index ingest_unit_target on ingest_unit (ingest_id, target) where target is not null;
