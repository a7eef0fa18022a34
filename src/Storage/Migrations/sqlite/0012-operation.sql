-- One row, written to by whoever wants to know whether writing works.
create table probe (written_at integer not null) strict;
insert into probe values (0);

-- How many tasks wait and run is asked every few seconds, by each node.
create index task_unfinished on task (state) where finished_at is null;
