-- A hash over what is signed: messages that differ in nothing else are the same signature. Null in rows of an earlier
-- schema; the next start reads them.
alter table signature add column statement text;
create index signature_unstated on signature (content_id) where statement is null;
