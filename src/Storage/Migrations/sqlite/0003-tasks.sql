-- Asynchronous operations. States: waiting, running, canceling, completed, failed, canceled. The JSON columns: arguments
-- as the handler reads them; error {"description", "traceback"}; progress [{"message", "code", "state", "total", "done",
-- "suffix"}]; created_resources [{"href", "prn"}] in the order of their creation; result as it is.
create table task_group (
  id blob not null primary key,
  description text not null,
  all_dispatched integer not null default 0,
  created_at integer not null
) strict;

create table task (
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
) strict;
create index task_newest on task (created_at, id);
create index task_name on task (name, created_at);
create index task_cid on task (logging_cid) where logging_cid <> '';
create index task_parent on task (parent_id) where parent_id is not null;
create index task_of_group on task (group_id) where group_id is not null;
create index task_finished on task (state, finished_at) where finished_at is not null;
create index task_ready on task (unblocked_at, id) where state = 'waiting' and unblocked_at is not null;
create index task_beating on task (heartbeat_at, id) where state in ('running', 'canceling');

-- What a task reserved, for as long as the task is remembered.
create table task_resource (
  task_id blob not null references task on delete cascade,
  resource text not null,
  exclusive integer not null,
  primary key (task_id, resource)
) strict;
create index task_resource_tasks on task_resource (resource, task_id);

-- What a task created, to find the task by.
create table task_created (
  task_id blob not null references task on delete cascade,
  href text not null,
  prn text not null,
  primary key (task_id, href)
) strict;
create index task_created_href on task_created (href);
create index task_created_prn on task_created (prn);

-- Who stands in line for a resource: unfinished tasks only. A place is given under the lock of its lane, so places
-- follow the order of commits, on every lane alike.
create table task_lane (
  resource text not null primary key,
  last_place integer not null
) strict;

create table task_queue (
  resource text not null,
  place integer not null,
  task_id blob not null references task on delete cascade,
  exclusive integer not null,
  blocked integer not null,
  primary key (resource, place)
) strict;
create index task_queue_task on task_queue (task_id);
create index task_queue_exclusive on task_queue (resource, place) where exclusive;
create index task_queue_blocked on task_queue (resource, place) where blocked;

-- Versions that tasks make, delete and trim.
alter table repository add column last_number integer not null default 0; -- the highest ever given, deleted or not
update repository set last_number = head;
alter table repository add column retain_repo_versions integer;

-- An identity of their own; by default random, which SQLite allows only in a new table.
create table repository_version_new (
  repository_id blob not null references repository on delete cascade,
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
insert into repository_version_new
  select v.*, randomblob(16) from repository_version v;
drop table repository_version;
alter table repository_version_new rename to repository_version;
create unique index repository_version_id on repository_version (id);

create index repository_content_added on repository_content (repository_id, version_added);
create index repository_content_removed on repository_content (repository_id, version_removed)
  where version_removed is not null;
