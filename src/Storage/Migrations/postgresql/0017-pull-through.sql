-- What a remote speaks of: 1 one repository, 2 a whole registry, 3 one repository, made by a pull through a remote of kind 2.
alter table remote add column kind smallint not null default 1;

-- Base paths below which repositories come into being when somebody pulls them.
create table pull_through (
  id uuid not null primary key,
  name text collate "C" not null unique,
  base_path text collate "C" not null unique,
  remote_id uuid references remote on delete set null,
  private boolean not null,
  hidden boolean not null,
  description text,
  tag_ttl integer not null, -- seconds
  namespace_id uuid references namespace on delete set null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index pull_through_remote on pull_through (remote_id) where remote_id is not null;
create index pull_through_namespace on pull_through (namespace_id) where namespace_id is not null;

-- Of a distribution that a pull made: below what, and where its content comes from.
alter table distribution add column pull_through_id uuid references pull_through on delete set null;
alter table distribution add column remote_id uuid references remote on delete set null;
create index distribution_pull_through on distribution (pull_through_id) where pull_through_id is not null;
create index distribution_remote on distribution (remote_id) where remote_id is not null;
