-- What Orleans' AdoNet providers keep in the embedded file: reminders, and the state of long-running work. One process
-- needs no membership. See the PostgreSQL script for the contract. No text has begin or commit: after "database is
-- locked" the pooled connection would stay inside a transaction.

create table OrleansQuery (
  QueryKey text primary key,
  QueryText text not null
) without rowid;

create table orleans_state (
  id_hash integer not null,
  type_hash integer not null,
  n0 integer not null,
  n1 integer not null,
  service_id text not null,
  type_name text not null,
  extension text not null,
  version integer not null,
  payload blob,
  primary key (id_hash, type_hash, n0, n1, service_id, type_name, extension)
);

insert into OrleansQuery (QueryKey, QueryText) values
-- Of the two statements one does nothing, by the version alone: each is atomic by itself.
('WriteToStorageKey', '
  update orleans_state set payload = @PayloadBinary, version = version + 1
  where id_hash = @GrainIdHash and type_hash = @GrainTypeHash and n0 = @GrainIdN0 and n1 = @GrainIdN1
    and service_id = @ServiceId and type_name = @GrainTypeString
    and extension = coalesce(@GrainIdExtensionString, '''') and version = @GrainStateVersion
  returning version as NewGrainStateVersion;
  insert into orleans_state (id_hash, type_hash, n0, n1, service_id, type_name, extension, version, payload)
  select @GrainIdHash, @GrainTypeHash, @GrainIdN0, @GrainIdN1, @ServiceId, @GrainTypeString,
    coalesce(@GrainIdExtensionString, ''''), 1, @PayloadBinary
  where @GrainStateVersion is null
  on conflict do nothing
  returning version as NewGrainStateVersion;'),
('ReadFromStorageKey', '
  select payload as PayloadBinary, version as Version
  from orleans_state
  where id_hash = @GrainIdHash and type_hash = @GrainTypeHash and n0 = @GrainIdN0 and n1 = @GrainIdN1
    and service_id = @ServiceId and type_name = @GrainTypeString
    and extension = coalesce(@GrainIdExtensionString, '''')'),
('ClearStorageKey', '
  update orleans_state set payload = null, version = version + 1
  where id_hash = @GrainIdHash and type_hash = @GrainTypeHash and n0 = @GrainIdN0 and n1 = @GrainIdN1
    and service_id = @ServiceId and type_name = @GrainTypeString
    and extension = coalesce(@GrainIdExtensionString, '''') and version = @GrainStateVersion
  returning version as NewGrainStateVersion'),
('DeleteStorageKey', '
  delete from orleans_state
  where id_hash = @GrainIdHash and type_hash = @GrainTypeHash and n0 = @GrainIdN0 and n1 = @GrainIdN1
    and service_id = @ServiceId and type_name = @GrainTypeString
    and extension = coalesce(@GrainIdExtensionString, '''') and version = @GrainStateVersion
  returning version + 1 as NewGrainStateVersion');

-- start_time is the driver's text for a DateTime in UTC: the provider reads it back by the same driver, nothing
-- compares it.
create table orleans_reminder (
  service_id text not null,
  grain_id text not null,
  name text not null,
  grain_hash integer not null,
  start_time text not null,
  period integer not null,
  version integer not null,
  primary key (service_id, grain_id, name)
) without rowid;

create index orleans_reminder_by_hash on orleans_reminder (service_id, grain_hash);

insert into OrleansQuery (QueryKey, QueryText) values
('UpsertReminderRowKey', '
  insert into orleans_reminder (service_id, grain_id, name, grain_hash, start_time, period, version)
  values (@ServiceId, @GrainId, @ReminderName, @GrainHash, @StartTime, @Period, 0)
  on conflict (service_id, grain_id, name) do update
  set grain_hash = excluded.grain_hash, start_time = excluded.start_time, period = excluded.period,
    version = orleans_reminder.version + 1
  returning version as Version'),
('ReadReminderRowKey', '
  select grain_id as GrainId, name as ReminderName, start_time as StartTime, period as Period, version as Version
  from orleans_reminder
  where service_id = @ServiceId and grain_id = @GrainId and name = @ReminderName'),
('ReadReminderRowsKey', '
  select grain_id as GrainId, name as ReminderName, start_time as StartTime, period as Period, version as Version
  from orleans_reminder
  where service_id = @ServiceId and grain_id = @GrainId'),
('ReadRangeRows1Key', '
  select grain_id as GrainId, name as ReminderName, start_time as StartTime, period as Period, version as Version
  from orleans_reminder
  where service_id = @ServiceId and grain_hash > @BeginHash and grain_hash <= @EndHash'),
('ReadRangeRows2Key', '
  select grain_id as GrainId, name as ReminderName, start_time as StartTime, period as Period, version as Version
  from orleans_reminder
  where service_id = @ServiceId and (grain_hash > @BeginHash or grain_hash <= @EndHash)'),
-- changes() is the connection's own count, and the connection is the caller's for both statements.
('DeleteReminderRowKey', '
  delete from orleans_reminder
  where service_id = @ServiceId and grain_id = @GrainId and name = @ReminderName and version = @Version;
  select changes();'),
('DeleteReminderRowsKey', '
  delete from orleans_reminder where service_id = @ServiceId');
