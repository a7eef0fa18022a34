-- Keys that sign. One comes with its certificate, or with the first signature that names it: then public_key is null.
-- Where a signature names the key id alone, the fingerprint is empty.
create table signing_key (
  id blob not null primary key,
  key_id text not null,
  fingerprint text not null,
  kind text not null,
  algorithm text,
  bits integer,
  user_ids text not null default '[]',
  primary_fingerprint text, -- of a subkey
  public_key text, -- armor or PEM, as it was given
  expires_at integer,
  ended_at integer, -- since when its own certificate revokes it, as far as this server knows
  note text not null default '',
  created_at integer not null,
  unique (key_id, fingerprint)
) strict;
create index signing_key_fingerprint on signing_key (fingerprint);
create index signing_key_primary on signing_key (primary_fingerprint) where primary_fingerprint is not null;

-- How many signatures that name a key the newest version of each repository holds; every commit keeps it true.
create table key_use (
  repository_id blob not null references repository on delete cascade,
  key_id text not null,
  fingerprint text not null,
  signatures integer not null,
  manifests integer not null,
  first_seen integer not null,
  last_seen integer not null,
  primary key (key_id, fingerprint, repository_id)
) strict;
create index key_use_repository on key_use (repository_id);

-- Which decisions are in force: its number goes up with each.
create table gate (
  id integer not null primary key check (id = 1),
  epoch integer not null
) strict;
insert into gate (id, epoch) values (1, 0);

-- Decisions that signatures, or an image, are not served any more. A dry run decides nothing, and has no number.
create table revocation (
  id blob not null primary key,
  number integer unique,
  scope text not null,
  key_id text,
  fingerprint text,
  digest text,
  reason text not null,
  ticket text not null,
  effective_from integer,
  since_id blob, -- the least id of content that was first seen then
  created_by text not null,
  created_at integer not null,
  in_force_at integer,
  planned_at integer,
  completed_at integer,
  withdrawn_at integer,
  withdrawn_by text,
  withdrawn_reason text,
  refused integer not null default 0,
  report text,
  report_signature blob
) strict;
create index revocation_key on revocation (key_id) where key_id is not null;
create index revocation_digest on revocation (digest) where digest is not null;

-- Every name of the key that is revoked: its own, and those of its subkeys.
create table revoked_key (
  revocation_id blob not null references revocation on delete cascade,
  key_id text not null,
  fingerprint text not null,
  primary key (revocation_id, key_id, fingerprint)
) strict;
create index revoked_key_id on revoked_key (key_id);

-- The repositories that hold what is revoked, as they were found, and what became of each.
create table revocation_repository (
  revocation_id blob not null references revocation on delete cascade,
  repository_id blob not null,
  name text not null,
  head integer not null,
  signatures integer not null,
  images integer not null,
  unsigned_images integer not null,
  version_before integer,
  version_after integer,
  done_at integer,
  error text,
  primary key (revocation_id, repository_id)
) strict;
create index revocation_repository_open on revocation_repository (revocation_id, repository_id) where done_at is null;

-- Images that the revocation left without any signature, by the repository that holds them.
create table revocation_image (
  revocation_id blob not null references revocation on delete cascade,
  repository_id blob not null,
  digest text not null,
  primary key (revocation_id, repository_id, digest)
) strict;

-- The key by which the server signs reports and lists of its own.
create table report_key (
  id integer not null primary key check (id = 1),
  private_key text not null
) strict;

insert into key_use (repository_id, key_id, fingerprint, signatures, manifests, first_seen, last_seen)
select rc.repository_id, s.key_id, coalesce(s.fingerprint, ''), count(*), count(distinct s.manifest_digest),
  min(c.created_at), max(c.created_at)
from repository_content rc
join repository r on r.id = rc.repository_id
join signature s on s.content_id = rc.content_id
join content c on c.id = rc.content_id
where rc.kind = 4 and rc.version_removed is null
group by rc.repository_id, s.key_id, coalesce(s.fingerprint, '');

insert into signing_key (id, key_id, fingerprint, kind, created_at)
select randomblob(16), key_id, fingerprint, 'openpgp', min(first_seen) from key_use group by key_id, fingerprint;
