-- By whose wish new tags are signed: the user's id in place of his href; null where nobody had to say who he is.
alter table repository add column sign_on_push_user_id uuid;
update repository set sign_on_push_user_id = substr(sign_on_push_by, length(sign_on_push_by) - 36, 36)::uuid
where sign_on_push_by is not null;
alter table repository drop column sign_on_push_by;
