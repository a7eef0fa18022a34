-- Digest and size of a blob may be known before its bytes are here.
alter table blob add column promised integer not null default 0;
