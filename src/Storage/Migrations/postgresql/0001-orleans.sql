-- What Orleans' AdoNet providers keep: membership, reminders, and the state of long-running work. The providers know
-- only OrleansQuery: each reads the texts under its keys when a silo starts, and finds result columns by name. Tables
-- and functions behind the texts are ours. Source of keys, parameters and results: Orleans 10.4, Orleans.*.AdoNet
-- (DbStoredQueries, RelationalStorageProviderQueries).

create table OrleansQuery (
  QueryKey text primary key,
  QueryText text not null
);

-- Grain state ---------------------------------------------------------------------------------------------------------
-- The primary key makes the database the referee when two activations write their first state at once. A key without an
-- extension has ''. Fill factor: an update stays on its page.

create table orleans_state (
  id_hash integer not null,
  type_hash integer not null,
  n0 bigint not null,
  n1 bigint not null,
  service_id text not null,
  type_name text not null,
  extension text not null,
  version integer not null,
  payload bytea,
  primary key (id_hash, type_hash, n0, n1, service_id, type_name, extension)
) with (fillfactor = 70);

-- Answers the new version, or null when the state is not at the version the caller saw (null: not there yet).
create function orleans_state_write(
  id_hash_ integer, type_hash_ integer, n0_ bigint, n1_ bigint, service_id_ text, type_name_ text, extension_ text,
  version_ integer, payload_ bytea
) returns integer language plpgsql as $$
declare
  written integer;
begin
  if version_ is null then
    insert into orleans_state (id_hash, type_hash, n0, n1, service_id, type_name, extension, version, payload)
    values (id_hash_, type_hash_, n0_, n1_, service_id_, type_name_, coalesce(extension_, ''), 1, payload_)
    on conflict do nothing
    returning version into written;
  else
    update orleans_state set payload = payload_, version = version + 1
    where id_hash = id_hash_ and type_hash = type_hash_ and n0 = n0_ and n1 = n1_ and service_id = service_id_
      and type_name = type_name_ and extension = coalesce(extension_, '') and version = version_
    returning version into written;
  end if;
  return written;
end $$;

insert into OrleansQuery (QueryKey, QueryText) values
('WriteToStorageKey', '
  select orleans_state_write(@GrainIdHash, @GrainTypeHash, @GrainIdN0, @GrainIdN1, @ServiceId, @GrainTypeString,
    @GrainIdExtensionString, @GrainStateVersion, @PayloadBinary) as NewGrainStateVersion'),
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

-- Reminders -----------------------------------------------------------------------------------------------------------
-- A grain id holds a name given by users: text, not a length.

create table orleans_reminder (
  service_id text not null,
  grain_id text not null,
  name text not null,
  grain_hash integer not null,
  start_time timestamptz not null,
  period bigint not null,
  version integer not null,
  primary key (service_id, grain_id, name)
);

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
('DeleteReminderRowKey', '
  with gone as (
    delete from orleans_reminder
    where service_id = @ServiceId and grain_id = @GrainId and name = @ReminderName and version = @Version
    returning 1)
  select count(*)::integer from gone'),
('DeleteReminderRowsKey', '
  delete from orleans_reminder where service_id = @ServiceId');

-- Membership ----------------------------------------------------------------------------------------------------------
-- Every change raises the version of the whole table, and only from the version its author saw. The row of the version
-- is locked by the first to do so, and the others then find another version: one statement is enough to be atomic.

create table orleans_membership_version (
  deployment_id text primary key,
  version integer not null
);

create table orleans_membership (
  deployment_id text not null references orleans_membership_version,
  address text not null,
  port integer not null,
  generation integer not null,
  silo_name text not null,
  host_name text not null,
  status integer not null,
  proxy_port integer not null,
  suspect_times text,
  start_time timestamptz not null,
  i_am_alive_time timestamptz not null,
  primary key (deployment_id, address, port, generation)
);

insert into OrleansQuery (QueryKey, QueryText) values
('InsertMembershipVersionKey', '
  with added as (
    insert into orleans_membership_version (deployment_id, version) values (@DeploymentId, 0)
    on conflict do nothing
    returning 1)
  select count(*)::integer from added'),
('InsertMembershipKey', '
  with raised as (
    update orleans_membership_version set version = version + 1
    where deployment_id = @DeploymentId and version = @Version
      and not exists (
        select 1 from orleans_membership
        where deployment_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation)
    returning deployment_id),
  added as (
    insert into orleans_membership (deployment_id, address, port, generation, silo_name, host_name, status, proxy_port,
      start_time, i_am_alive_time)
    select deployment_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime,
      @IAmAliveTime
    from raised
    returning 1)
  select count(*)::integer from added'),
('UpdateMembershipKey', '
  with raised as (
    update orleans_membership_version set version = version + 1
    where deployment_id = @DeploymentId and version = @Version
      and exists (
        select 1 from orleans_membership
        where deployment_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation)
    returning deployment_id),
  changed as (
    update orleans_membership
    set status = @Status, suspect_times = @SuspectTimes, i_am_alive_time = greatest(i_am_alive_time, @IAmAliveTime)
    from raised
    where orleans_membership.deployment_id = raised.deployment_id and address = @Address and port = @Port
      and generation = @Generation
    returning 1)
  select count(*)::integer from changed'),
('UpdateIAmAlivetimeKey', '
  update orleans_membership set i_am_alive_time = greatest(i_am_alive_time, @IAmAliveTime)
  where deployment_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation'),
('MembershipReadRowKey', '
  select v.deployment_id as DeploymentId, m.address as Address, m.port as Port, m.generation as Generation,
    m.silo_name as SiloName, m.host_name as HostName, m.status as Status, m.proxy_port as ProxyPort,
    m.suspect_times as SuspectTimes, m.start_time as StartTime, m.i_am_alive_time as IAmAliveTime, v.version as Version
  from orleans_membership_version v
  left join orleans_membership m on m.deployment_id = v.deployment_id and m.address = @Address and m.port = @Port
    and m.generation = @Generation
  where v.deployment_id = @DeploymentId'),
('MembershipReadAllKey', '
  select v.deployment_id as DeploymentId, m.address as Address, m.port as Port, m.generation as Generation,
    m.silo_name as SiloName, m.host_name as HostName, m.status as Status, m.proxy_port as ProxyPort,
    m.suspect_times as SuspectTimes, m.start_time as StartTime, m.i_am_alive_time as IAmAliveTime, v.version as Version
  from orleans_membership_version v
  left join orleans_membership m on m.deployment_id = v.deployment_id
  where v.deployment_id = @DeploymentId'),
('GatewaysQueryKey', '
  select address as Address, proxy_port as ProxyPort, generation as Generation
  from orleans_membership
  where deployment_id = @DeploymentId and status = @Status and proxy_port > 0'),
('DeleteMembershipTableEntriesKey', '
  with members as (delete from orleans_membership where deployment_id = @DeploymentId)
  delete from orleans_membership_version where deployment_id = @DeploymentId'),
('CleanupDefunctSiloEntriesKey', '
  delete from orleans_membership
  where deployment_id = @DeploymentId and i_am_alive_time < @IAmAliveTime and status <> 3'),
-- Asked for one dead silo at a time where it is there; the row goes only as it was read.
('CleanupDefunctSiloEntryKey', '
  delete from orleans_membership
  where deployment_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation
    and status = 6 and start_time = @StartTime and i_am_alive_time = @IAmAliveTime
    and coalesce(suspect_times, '''') = coalesce(@SuspectTimes, '''')');
