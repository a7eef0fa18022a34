-- Which manifests attach signatures to images, told by their layers.
alter table manifest add column signs boolean not null default false;
create index manifest_signs on manifest (content_id) where signs;
update manifest set signs = true where artifact_type = 'application/vnd.cncf.notary.signature'
  or type in ('cosign_signature', 'cosign_attestation', 'cosign_attestation_bundle');

-- Who made what a manifest attaches: keys that are known, and verified it.
create table attached_signature (
  content_id uuid not null references content on delete cascade,
  key_id text collate "C" not null,
  fingerprint text collate "C" not null,
  manifest_digest text collate "C" not null, -- of the image
  is_attestation boolean not null,
  primary key (content_id, key_id, fingerprint, manifest_digest)
);
create index attached_signature_key on attached_signature (key_id, fingerprint);
create index attached_signature_image on attached_signature (manifest_digest);

-- Whether the key that a signature names is known and made it.
alter table signature add column proven boolean not null default false;
alter table key_use add column proven integer not null default 0;

-- Signatures that are taken out once, whoever made them: of an image, of a repository, or of an image in one.
alter table revocation add column repository_id uuid;
alter table revocation add column signed_digest text collate "C";
