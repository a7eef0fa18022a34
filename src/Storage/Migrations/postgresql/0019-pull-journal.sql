-- Who pulled what: a row for each manifest, repository, user and address on each day (its midnight in UTC). Nothing refers
-- to others: what was pulled, from where and by whom may be gone. Nobody in particular has the id of zeros, no address and
-- no tag are empty. Names are those of the last pull.
create table pull (
  id uuid not null primary key,
  manifest_digest text collate "C" not null,
  repository_id uuid not null,
  repository_name text collate "C" not null,
  base_path text collate "C" not null,
  tag text collate "C" not null,
  account_id uuid not null,
  account_name text collate "C" not null,
  address text collate "C" not null,
  day timestamptz not null,
  pulls bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null
);
create unique index pull_key on pull (manifest_digest, repository_id, account_id, address, day);
create index pull_repository on pull (repository_id, day);
create index pull_repository_name on pull (repository_name, day);
create index pull_account on pull (account_id, day);
create index pull_account_name on pull (account_name, day);
create index pull_address on pull (address, day);
create index pull_day on pull (day, id);
