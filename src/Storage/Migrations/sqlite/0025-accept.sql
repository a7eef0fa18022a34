-- What a repository's tags have to meet: a policy, within so many minutes (null: whenever), by the names that clients know the
-- registry by as that host. Tags up to the version accepted_head met it, were taken away, or were there before.
alter table repository add column accept_id blob references trust_policy;
alter table repository add column accept_minutes integer;
alter table repository add column accept_host text;
alter table repository add column accepted_head integer not null default 0;
create index repository_accept on repository (accept_id) where accept_id is not null;
