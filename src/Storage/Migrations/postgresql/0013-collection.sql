-- Where the work of a task stands, as JSON, for the attempt that goes on with it.
alter table task add column cursor text;

-- Collection is a task like all others: what its grain knew is forgotten, and who asked for one gets such a task, with
-- the setting's grace period.
delete from orleans_reminder where grain_id = 'collector/collector';
delete from orleans_state where type_name = 'collector';
update task set kind = 'collection', arguments = '{"grace_period":null}', progress = '[]'
where kind = 'orphans.cleanup' and finished_at is null and arguments like '%"content":null}';
