-- Content, global and deduplicated. The key makes it unique on the server: the digest of a blob or a manifest,
-- "name@digest" for a tag, "manifest digest@hash" for a signature. Doomed content is being deleted: nothing may hold it.
create table content (
  id blob not null primary key,
  kind integer not null,
  key text not null,
  created_at integer not null,
  touched_at integer not null,
  doomed integer not null default 0,
  unique (kind, key)
) strict;

create index content_kind on content (kind, id);

create table blob (
  content_id blob not null primary key references content on delete cascade,
  size integer not null
) strict;

create table manifest (
  content_id blob not null primary key references content on delete cascade,
  digest text not null unique,
  sha256 text, -- of the bytes, where the digest is by another algorithm
  media_type text not null,
  artifact_type text,
  annotations text,
  size integer not null,
  bytes blob not null
) strict;

create index manifest_sha256 on manifest (sha256) where sha256 is not null;

-- What a key states about a manifest. Nothing here is verified, and none can be without its manifest.
create table signature (
  content_id blob not null primary key references content on delete cascade,
  manifest_digest text not null references manifest (digest) on delete cascade,
  digest text not null,
  name text not null,
  key_id text not null,
  fingerprint text,
  signed_at integer not null,
  creator text,
  reference text not null,
  size integer not null,
  bytes blob not null
) strict;
create index signature_manifest on signature (manifest_digest);
create index signature_key on signature (key_id);
create index signature_fingerprint on signature (fingerprint);

-- What a manifest names. Kinds: 1 config, 2 layer, 3 child, 4 subject.
create table manifest_link (
  manifest_id blob not null references content on delete cascade,
  kind integer not null,
  digest text not null,
  primary key (manifest_id, kind, digest)
) strict;
create index manifest_link_digest on manifest_link (digest, kind, manifest_id);

create table tag (
  content_id blob not null primary key references content on delete cascade,
  name text not null,
  manifest_digest text not null
) strict;
create index tag_manifest on tag (manifest_digest);

create table repository (
  id blob not null primary key,
  name text not null unique,
  head integer not null,
  created_at integer not null
) strict;

create table repository_version (
  repository_id blob not null references repository on delete cascade,
  number integer not null,
  created_at integer not null,
  added_blobs integer not null, added_manifests integer not null,
  added_tags integer not null, added_signatures integer not null,
  removed_blobs integer not null, removed_manifests integer not null,
  removed_tags integer not null, removed_signatures integer not null,
  present_blobs integer not null, present_manifests integer not null,
  present_tags integer not null, present_signatures integer not null,
  primary key (repository_id, number)
) strict;

-- Version N holds the rows with version_added <= N and (version_removed is null or version_removed > N).
-- The key is unique within a version: a digest, the name of a tag. The target is the manifest that a tag or a
-- signature aims at.
create table repository_content (
  repository_id blob not null references repository on delete cascade,
  kind integer not null,
  key text not null,
  target text,
  content_id blob not null references content,
  version_added integer not null,
  version_removed integer,
  primary key (repository_id, kind, key, version_added)
) strict;
create unique index repository_content_current on repository_content (repository_id, kind, key)
  where version_removed is null;
create index repository_content_target on repository_content (repository_id, target)
  where version_removed is null and target is not null;
create index repository_content_holders on repository_content (content_id, repository_id);

-- Blobs that arrived in a repository and are in no version of it yet.
create table pending (
  repository_id blob not null references repository on delete cascade,
  content_id blob not null references content,
  since integer not null,
  primary key (repository_id, content_id)
) strict;
create index pending_content on pending (content_id);

create table distribution (
  id blob not null primary key,
  name text not null unique,
  base_path text not null unique,
  repository_id blob references repository on delete set null,
  pinned_version integer,
  created_at integer not null
) strict;
