-- What the nodes of a cluster know each other by: a certificate, and its key, which the server's secret key encrypts. One row.
create table cluster_certificate (
  id integer not null primary key check (id = 1),
  certificate bytea not null,
  private_key text not null
);
