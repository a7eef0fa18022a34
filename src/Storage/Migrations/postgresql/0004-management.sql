-- What people write on resources, for selection. A value may be null: then the key alone says something.
create table resource_label (
  resource_id uuid not null,
  key text collate "C" not null,
  value text collate "C",
  primary key (resource_id, key)
);
create index resource_label_key on resource_label (key, value, resource_id);

create table content_label (
  content_id uuid not null references content on delete cascade,
  key text collate "C" not null,
  value text collate "C",
  primary key (content_id, key)
);
create index content_label_key on content_label (key, value, content_id);

-- Something that the server's key encrypted: it tells whether a node has the same key. One row.
create table secret_key (
  id integer not null primary key check (id = 1),
  sealed text not null
);

-- An upstream registry. The settings are JSON; the secrets are JSON too, encrypted by the server's key.
create table remote (
  id uuid not null primary key,
  name text collate "C" not null unique,
  url text not null,
  settings text not null,
  secrets text,
  secrets_set text not null, -- their names, separated by commas
  created_at timestamptz not null,
  updated_at timestamptz not null
);

-- The first component of base paths.
create table namespace (
  id uuid not null primary key,
  name text collate "C" not null unique,
  created_at timestamptz not null
);

alter table repository add column description text;
alter table repository add column remote_id uuid references remote on delete set null;
alter table repository add column retain_checkpoints integer;
alter table repository add column updated_at timestamptz;
create index repository_remote on repository (remote_id) where remote_id is not null;

alter table distribution add column description text;
alter table distribution add column private boolean not null default false;
alter table distribution add column hidden boolean not null default false;
alter table distribution add column namespace_id uuid references namespace;
alter table distribution add column updated_at timestamptz;
create index distribution_repository on distribution (repository_id) where repository_id is not null;
create index distribution_namespace on distribution (namespace_id);

insert into namespace (id, name, created_at)
select gen_random_uuid(), split_part(base_path, '/', 1), min(created_at) from distribution
group by split_part(base_path, '/', 1);
update distribution d set namespace_id = n.id from namespace n where n.name = split_part(d.base_path, '/', 1);

-- What a manifest and its config say of the image; read from both when it is stored.
alter table manifest add column described boolean not null default false;
alter table manifest add column type text;
alter table manifest add column architecture text;
alter table manifest add column os text;
alter table manifest add column labels text;
alter table manifest add column bootable boolean not null default false;
alter table manifest add column flatpak boolean not null default false;
alter table manifest add column layers_size bigint;
create index manifest_undescribed on manifest (content_id) where not described;
create index manifest_media_type on manifest (media_type, content_id);

create index tag_name on tag (name, content_id);
create index signature_key_newest on signature (key_id, content_id);
drop index signature_key; -- which that one covers
create index signature_digest on signature (digest);
drop index content_kind; -- mistaken for the one on kind and key while the statistics are young
create index repository_content_listed on repository_content (repository_id, kind, content_id);
create index repository_version_created on repository_version (created_at, repository_id, number);
