-- A repository goes at once, and what it held after it, slice by slice: hence its versions and content hold no row of it
-- any more. Whoever adds to either changes the repository's row first, in the same transaction, and finds it gone.
alter table repository_version drop constraint repository_version_repository_id_fkey;
alter table repository_content drop constraint repository_content_repository_id_fkey;

-- Repositories that are gone, and whose versions and content are yet to be deleted.
create table deleted_repository (
  id uuid not null primary key,
  deleted_at timestamptz not null
);

-- A lane goes with the last task in it; these are of tasks that ended before.
delete from task_lane where not exists (select 1 from task_queue q where q.resource = task_lane.resource);
