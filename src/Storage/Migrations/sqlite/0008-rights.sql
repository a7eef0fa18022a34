-- Who may have a service sign, and what: JSON; null for nobody but administrators, as before there was this.
alter table signing_service add column rights text;

-- True where a push created the repository: then it goes when nothing ever arrives in it.
alter table repository add column pushed integer not null default 0;
