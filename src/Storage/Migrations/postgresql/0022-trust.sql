-- Policies in the syntax of containers-policy.json(5), and which of them holds where nothing else says so.
create table trust_policy (
  id uuid not null primary key,
  name text collate "C" not null unique,
  document text not null, -- JSON, as it was given
  mode text not null, -- enforce, warn or off
  is_default boolean not null,
  revision integer not null, -- goes up with each change
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index trust_policy_default on trust_policy (is_default) where is_default;

-- What policies said, and who changed them. It outlives them.
create table trust_policy_change (
  policy_id uuid not null,
  revision integer not null,
  action text not null, -- created, updated or deleted
  name text collate "C" not null,
  document text not null,
  mode text not null,
  is_default boolean not null,
  changed_by text not null, -- the name of a user, or empty
  changed_at timestamptz not null,
  primary key (policy_id, revision)
);

alter table namespace add column trust_policy_id uuid references trust_policy;
alter table distribution add column trust_policy_id uuid references trust_policy;
create index namespace_trust_policy on namespace (trust_policy_id) where trust_policy_id is not null;
create index distribution_trust_policy on distribution (trust_policy_id) where trust_policy_id is not null;

-- What was looked through, and by what. Parameters are JSON.
create table trust_audit (
  id uuid not null primary key,
  created_at timestamptz not null,
  created_by text not null, -- the name of a user, or empty
  task_id uuid,
  parameters text not null,
  finished_at timestamptz
);

-- The names and versions that an audit looks through, and the policies that they are held to, as they were when it began; what
-- was found, when it is through.
create table trust_audit_name (
  audit_id uuid not null references trust_audit on delete cascade,
  name text collate "C" not null,
  repository_id uuid not null,
  version integer not null,
  policy_id uuid,
  policy_revision integer,
  images bigint not null default 0,
  valid bigint not null default 0,
  newly_refused bigint not null default 0,
  primary key (audit_id, name)
);

-- What became of each image, by each name: a tag, or none for its digest alone.
create table trust_audit_image (
  id uuid not null primary key,
  audit_id uuid not null references trust_audit on delete cascade,
  name text collate "C" not null,
  digest text collate "C" not null,
  tag text collate "C" not null,
  is_valid boolean not null,
  was_valid boolean, -- by what holds now, where a change of it is tried
  fingerprint text,
  why text not null
);
create unique index trust_audit_image_key on trust_audit_image (audit_id, name, digest, tag);
create index trust_audit_image_listed on trust_audit_image (audit_id, id);
