-- Who signs the tags that come, by whose wish (the href of a user; null where nobody had to say who he is), and as what
-- host. Tags up to the version signed_head are signed, or were there before; up to signing_head a task has looked for them,
-- and that task signs them, or failed. The task that looks next, or looked last, is noted before it is asked for.
alter table repository add column sign_on_push_id blob references signing_service on delete set null;
alter table repository add column sign_on_push_by text;
alter table repository add column sign_on_push_host text;
alter table repository add column sign_on_push_task_id blob;
alter table repository add column signed_head integer not null default 0;
alter table repository add column signing_head integer not null default 0;
create index repository_sign_on_push on repository (sign_on_push_id) where sign_on_push_id is not null;
