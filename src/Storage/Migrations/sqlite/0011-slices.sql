-- A repository goes at once, and what it held after it, slice by slice: hence its versions and content hold no row of it
-- any more. Whoever adds to either changes the repository's row first, in the same transaction, and finds it gone.
create table repository_version_new (
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
insert into repository_version_new select * from repository_version;
drop table repository_version;
alter table repository_version_new rename to repository_version;
create unique index repository_version_id on repository_version (id);
create index repository_version_created on repository_version (created_at, repository_id, number);

create table repository_content_new (
  repository_id blob not null,
  kind integer not null,
  key text not null,
  target text,
  content_id blob not null references content,
  version_added integer not null,
  version_removed integer,
  primary key (repository_id, kind, key, version_added)
) strict;
insert into repository_content_new select * from repository_content;
drop table repository_content;
alter table repository_content_new rename to repository_content;
create unique index repository_content_current on repository_content (repository_id, kind, key)
  where version_removed is null;
create index repository_content_target on repository_content (repository_id, target)
  where version_removed is null and target is not null;
create index repository_content_holders on repository_content (content_id, repository_id);
create index repository_content_added on repository_content (repository_id, version_added);
create index repository_content_removed on repository_content (repository_id, version_removed)
  where version_removed is not null;
create index repository_content_listed on repository_content (repository_id, kind, content_id);

-- Repositories that are gone, and whose versions and content are yet to be deleted.
create table deleted_repository (
  id blob not null primary key,
  deleted_at integer not null
) strict;

-- A lane goes with the last task in it; these are of tasks that ended before.
delete from task_lane where not exists (select 1 from task_queue q where q.resource = task_lane.resource);
