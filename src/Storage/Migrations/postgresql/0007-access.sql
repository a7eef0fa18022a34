-- Counts what ends the tokens of a user: changes of the password, of the name, and of whether the user may log in.
alter table account add column generation bigint not null default 0;
