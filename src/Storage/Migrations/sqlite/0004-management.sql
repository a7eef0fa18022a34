-- What people write on resources, for selection. A value may be null: then the key alone says something.
create table resource_label (
  resource_id blob not null,
  key text not null,
  value text,
  primary key (resource_id, key)
) strict;
create index resource_label_key on resource_label (key, value, resource_id);

create table content_label (
  content_id blob not null references content on delete cascade,
  key text not null,
  value text,
  primary key (content_id, key)
) strict;
create index content_label_key on content_label (key, value, content_id);

-- Something that the server's key encrypted: it tells whether a node has the same key. One row.
create table secret_key (
  id integer not null primary key check (id = 1),
  sealed text not null
) strict;

-- An upstream registry. The settings are JSON; the secrets are JSON too, encrypted by the server's key.
create table remote (
  id blob not null primary key,
  name text not null unique,
  url text not null,
  settings text not null,
  secrets text,
  secrets_set text not null, -- their names, separated by commas
  created_at integer not null,
  updated_at integer not null
) strict;

-- The first component of base paths.
create table namespace (
  id blob not null primary key,
  name text not null unique,
  created_at integer not null
) strict;

alter table repository add column description text;
alter table repository add column remote_id blob references remote on delete set null;
alter table repository add column retain_checkpoints integer;
alter table repository add column updated_at integer;
create index repository_remote on repository (remote_id) where remote_id is not null;

alter table distribution add column description text;
alter table distribution add column private integer not null default 0;
alter table distribution add column hidden integer not null default 0;
alter table distribution add column namespace_id blob references namespace;
alter table distribution add column updated_at integer;
create index distribution_repository on distribution (repository_id) where repository_id is not null;
create index distribution_namespace on distribution (namespace_id);

insert into namespace (id, name, created_at)
select randomblob(16), substr(base_path, 1, instr(base_path || '/', '/') - 1), min(created_at) from distribution
group by substr(base_path, 1, instr(base_path || '/', '/') - 1);
update distribution set namespace_id = (
  select n.id from namespace n where n.name = substr(base_path, 1, instr(base_path || '/', '/') - 1));

-- What a manifest and its config say of the image; read from both when it is stored.
alter table manifest add column described integer not null default 0;
alter table manifest add column type text;
alter table manifest add column architecture text;
alter table manifest add column os text;
alter table manifest add column labels text;
alter table manifest add column bootable integer not null default 0;
alter table manifest add column flatpak integer not null default 0;
alter table manifest add column layers_size integer;
create index manifest_undescribed on manifest (content_id) where described = 0;
create index manifest_media_type on manifest (media_type, content_id);

create index tag_name on tag (name, content_id);
create index signature_key_newest on signature (key_id, content_id);
drop index signature_key; -- which that one covers
create index signature_digest on signature (digest);
drop index content_kind; -- mistaken for the one on kind and key while the statistics are young
create index repository_content_listed on repository_content (repository_id, kind, content_id);
create index repository_version_created on repository_version (created_at, repository_id, number);
