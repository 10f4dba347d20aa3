-- Steps of an alert are never changed or removed.
CREATE TRIGGER alert_events_no_update BEFORE UPDATE ON alert_events BEGIN SELECT raise(ABORT, 'alert_events is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER alert_events_no_delete BEFORE DELETE ON alert_events BEGIN SELECT raise(ABORT, 'alert_events is append-only'); END;
--> statement-breakpoint
-- A version of an exposure session keeps what it says: only the instant at which it was superseded may be set, once.
CREATE TRIGGER exposures_keep_versions BEFORE UPDATE ON exposures
WHEN old.superseded_at IS NOT NULL OR new.superseded_at IS NULL
	OR (new.id, new.version, new.person_id, new.kind, new.state, new.start_at, new.end_at, new.date, new.minutes, new.counts, new.work_type_id,
		new.partner_id, new.material, new.context, new.filters, new.sealed, new.void_reason, new.recorded_at, new.recorded_by)
	IS NOT (old.id, old.version, old.person_id, old.kind, old.state, old.start_at, old.end_at, old.date, old.minutes, old.counts, old.work_type_id,
		old.partner_id, old.material, old.context, old.filters, old.sealed, old.void_reason, old.recorded_at, old.recorded_by)
BEGIN SELECT raise(ABORT, 'a version of an exposure session is never changed'); END;
--> statement-breakpoint
-- An entry has one current version. (A unique index would cost a page of its own with every session that is logged.)
CREATE TRIGGER exposures_one_current BEFORE INSERT ON exposures
WHEN EXISTS (SELECT 1 FROM exposures WHERE id = new.id AND superseded_at IS NULL)
BEGIN SELECT raise(ABORT, 'an entry has one current version'); END;
