-- Users. Without a password hash nobody can log in as that user.
create table account (
  id blob not null primary key,
  name text not null unique,
  password_hash text,
  first_name text not null default '',
  last_name text not null default '',
  email text not null default '',
  is_staff integer not null default 0,
  is_active integer not null default 1,
  created_at integer not null
) strict;

-- Roles: reader, writer, admin.
create table account_role (
  id blob not null primary key,
  account_id blob not null references account on delete cascade,
  role text not null,
  created_at integer not null,
  unique (account_id, role)
) strict;

-- The key that tokens are signed with: PKCS#8, encrypted by the server's secret key. One row.
create table token_key (
  id integer not null primary key check (id = 1),
  private_key text not null
) strict;
