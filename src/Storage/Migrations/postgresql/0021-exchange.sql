-- What is exported together, and where to.
create table exporter (
  id uuid not null primary key,
  name text collate "C" not null unique,
  path text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table exporter_repository (
  exporter_id uuid not null references exporter on delete cascade,
  repository_id uuid not null references repository on delete cascade,
  primary key (exporter_id, repository_id)
);
create index exporter_repository_repository on exporter_repository (repository_id);

-- Exports that ended well. The JSON columns: parameters as they were asked for; versions [{"Repository", "Number"}];
-- files [{"Path", "Size", "Checksum"}] in order; toc {"Path", "Sha256", "Meta"}. The task may be forgotten.
create table export (
  id uuid not null primary key,
  exporter_id uuid not null references exporter on delete cascade,
  created_at timestamptz not null,
  task_id uuid,
  parameters text not null,
  versions text not null,
  files text not null,
  toc text not null
);
create index export_exporter on export (exporter_id, created_at, id);

-- How bundles from elsewhere become repositories. Settings: {"Mapping", "TrustedKeys"}.
create table importer (
  id uuid not null primary key,
  name text collate "C" not null unique,
  settings text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table import (
  id uuid not null primary key,
  importer_id uuid not null references importer on delete cascade,
  created_at timestamptz not null,
  task_id uuid,
  parameters text not null,
  report text not null
);
create index import_importer on import (importer_id, created_at, id);

-- What a repository has of one that lies elsewhere.
create table imported_version (
  source_id uuid not null,
  repository_id uuid not null references repository on delete cascade,
  version integer not null,
  bundle_id uuid not null,
  primary key (source_id, repository_id)
);
create index imported_version_repository on imported_version (repository_id);
