-- Who signs. Kinds: openpgp, script, cosign. The secret is encrypted by the server's key, which is not in here.
create table signing_service (
  id uuid not null primary key,
  name text collate "C" not null unique,
  kind text not null,
  public_key text not null,
  fingerprint text not null,
  script text,
  attachment text, -- where signatures of cosign go: tag, referrer, both
  secret text,
  created_at timestamptz not null
);

alter table repository add column signing_service_id uuid references signing_service on delete set null;
create index repository_signing_service on repository (signing_service_id) where signing_service_id is not null;

-- What was signed here: once for each manifest, reference and key. The content is a signature, or a manifest of cosign.
create table made_signature (
  manifest_digest text collate "C" not null,
  reference text collate "C" not null,
  fingerprint text collate "C" not null,
  content_id uuid not null references content on delete cascade,
  task_id uuid not null, -- made by it; it may be forgotten
  primary key (manifest_digest, reference, fingerprint)
);
create index made_signature_content on made_signature (content_id);
