-- Users. Without a password hash nobody can log in as that user.
create table account (
  id uuid not null primary key,
  name text collate "C" not null unique,
  password_hash text,
  first_name text not null default '',
  last_name text not null default '',
  email text not null default '',
  is_staff boolean not null default false,
  is_active boolean not null default true,
  created_at timestamptz not null
);

-- Roles: reader, writer, admin.
create table account_role (
  id uuid not null primary key,
  account_id uuid not null references account on delete cascade,
  role text collate "C" not null,
  created_at timestamptz not null,
  unique (account_id, role)
);

-- The key that tokens are signed with: PKCS#8, encrypted by the server's secret key. One row.
create table token_key (
  id integer not null primary key check (id = 1),
  private_key text not null
);
