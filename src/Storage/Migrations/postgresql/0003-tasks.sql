-- Asynchronous operations. States: waiting, running, canceling, completed, failed, canceled. The JSON columns: arguments
-- as the handler reads them; error {"description", "traceback"}; progress [{"message", "code", "state", "total", "done",
-- "suffix"}]; created_resources [{"href", "prn"}] in the order of their creation; result as it is.
create table task_group (
  id uuid not null primary key,
  description text not null,
  all_dispatched boolean not null default false,
  created_at timestamptz not null
);

create table task (
  id uuid not null primary key,
  name text collate "C" not null,
  kind text collate "C" not null,
  state text collate "C" not null,
  logging_cid text collate "C" not null default '',
  created_by text collate "C",
  created_at timestamptz not null,
  unblocked_at timestamptz, -- since when nothing before it stands in its way
  started_at timestamptz,
  finished_at timestamptz,
  line text collate "C" not null, -- the first resource that it reserves
  arguments text not null,
  error text,
  progress text not null default '[]',
  created_resources text not null default '[]',
  result text,
  parent_id uuid references task on delete set null,
  group_id uuid references task_group on delete set null,
  -- The version that it made, noted in the version's own transaction; it may be deleted since.
  made_repository_id uuid,
  made_number integer,
  made_version_id uuid,
  made_at timestamptz,
  -- Who works on it: each attempt writes under its own number, so that one which lost its task writes nothing.
  attempt integer not null default 0,
  interruptions integer not null default 0, -- how often something broke one off
  node text,
  heartbeat_at timestamptz
);
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
  task_id uuid not null references task on delete cascade,
  resource text collate "C" not null,
  exclusive boolean not null,
  primary key (task_id, resource)
);
create index task_resource_tasks on task_resource (resource, task_id);

-- What a task created, to find the task by.
create table task_created (
  task_id uuid not null references task on delete cascade,
  href text collate "C" not null,
  prn text collate "C" not null,
  primary key (task_id, href)
);
create index task_created_href on task_created (href);
create index task_created_prn on task_created (prn);

-- Who stands in line for a resource: unfinished tasks only. A place is given under the lock of its lane, so places
-- follow the order of commits, on every lane alike.
create table task_lane (
  resource text collate "C" not null primary key,
  last_place bigint not null
);

create table task_queue (
  resource text collate "C" not null,
  place bigint not null,
  task_id uuid not null references task on delete cascade,
  exclusive boolean not null,
  blocked boolean not null,
  primary key (resource, place)
);
create index task_queue_task on task_queue (task_id);
create index task_queue_exclusive on task_queue (resource, place) where exclusive;
create index task_queue_blocked on task_queue (resource, place) where blocked;

-- Versions that tasks make, delete and trim.
alter table repository add column last_number integer not null default 0; -- the highest ever given, deleted or not
update repository set last_number = head;
alter table repository add column retain_repo_versions integer;

alter table repository_version add column id uuid not null default gen_random_uuid();
create unique index repository_version_id on repository_version (id);

create index repository_content_added on repository_content (repository_id, version_added);
create index repository_content_removed on repository_content (repository_id, version_removed)
  where version_removed is not null;
