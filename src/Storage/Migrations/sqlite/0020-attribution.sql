-- Which manifests attach signatures to images, told by their layers.
alter table manifest add column signs integer not null default 0;
create index manifest_signs on manifest (content_id) where signs;
update manifest set signs = 1 where artifact_type = 'application/vnd.cncf.notary.signature'
  or type in ('cosign_signature', 'cosign_attestation', 'cosign_attestation_bundle');

-- Who made what a manifest attaches: keys that are known, and verified it.
create table attached_signature (
  content_id blob not null references content on delete cascade,
  key_id text not null,
  fingerprint text not null,
  manifest_digest text not null, -- of the image
  is_attestation integer not null,
  primary key (content_id, key_id, fingerprint, manifest_digest)
) strict;
create index attached_signature_key on attached_signature (key_id, fingerprint);
create index attached_signature_image on attached_signature (manifest_digest);

-- Whether the key that a signature names is known and made it.
alter table signature add column proven integer not null default 0;
alter table key_use add column proven integer not null default 0;

-- Signatures that are taken out once, whoever made them: of an image, of a repository, or of an image in one.
alter table revocation add column repository_id blob;
alter table revocation add column signed_digest text;
