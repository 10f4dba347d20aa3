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
--> statement-breakpoint
-- Versions of the policy, and of what is asked for, stay as they were put in force.
CREATE TRIGGER policies_no_update BEFORE UPDATE ON policies BEGIN SELECT raise(ABORT, 'policies is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER policies_no_delete BEFORE DELETE ON policies BEGIN SELECT raise(ABORT, 'policies is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER optional_versions_no_update BEFORE UPDATE ON optional_versions BEGIN SELECT raise(ABORT, 'optional_versions is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER optional_versions_no_delete BEFORE DELETE ON optional_versions BEGIN SELECT raise(ABORT, 'optional_versions is append-only'); END;
--> statement-breakpoint
-- The dates of an absence never change: only that it ended, once. (What is replayed is rebuilt from them.)
CREATE TRIGGER absences_keep BEFORE UPDATE ON absences
WHEN old.ended_at IS NOT NULL OR new.ended_at IS NULL
	OR (new.id, new.person_id, new.from_date, new.to_date, new.deputy_id, new.recorded_at, new.recorded_by)
	IS NOT (old.id, old.person_id, old.from_date, old.to_date, old.deputy_id, old.recorded_at, old.recorded_by)
BEGIN SELECT raise(ABORT, 'an absence is never changed'); END;
--> statement-breakpoint
-- An appointment gets its outcome once, and nothing else of it changes.
CREATE TRIGGER appointments_keep BEFORE UPDATE ON appointments
WHEN old.outcome IS NOT NULL OR new.outcome IS NULL
	OR (new.id, new.person_id, new.kind, new.due, new.recorded_at, new.recorded_by, new.replaces)
	IS NOT (old.id, old.person_id, old.kind, old.due, old.recorded_at, old.recorded_by, old.replaces)
BEGIN SELECT raise(ABORT, 'an appointment is never changed'); END;
--> statement-breakpoint
-- The wording of an instrument stays as it was answered: it is retired once, and never taken away.
CREATE TRIGGER instrument_packs_keep BEFORE UPDATE ON instrument_packs
WHEN old.retired_at IS NOT NULL OR new.retired_at IS NULL
	OR (new.id, new.instrument, new.language, new.title, new.intro, new.items, new.labels, new.largest_first, new.licence, new.owner,
		new.recorded_at, new.recorded_by)
	IS NOT (old.id, old.instrument, old.language, old.title, old.intro, old.items, old.labels, old.largest_first, old.licence, old.owner,
		old.recorded_at, old.recorded_by)
BEGIN SELECT raise(ABORT, 'the wording of an instrument is never changed'); END;
--> statement-breakpoint
CREATE TRIGGER instrument_packs_no_delete BEFORE DELETE ON instrument_packs BEGIN SELECT raise(ABORT, 'instrument_packs is append-only'); END;
--> statement-breakpoint
-- What was ticked on a week's list stays; ticking again adds a row.
CREATE TRIGGER list_ticks_no_update BEFORE UPDATE ON list_ticks BEGIN SELECT raise(ABORT, 'list_ticks is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER list_ticks_no_delete BEFORE DELETE ON list_ticks BEGIN SELECT raise(ABORT, 'list_ticks is append-only'); END;
--> statement-breakpoint
-- A version of a plan stays as it was proposed: it is agreed to once, and ends once.
CREATE TRIGGER plans_keep BEFORE UPDATE ON plans
WHEN old.ended_at IS NOT NULL OR (old.agreed_at IS NOT NULL AND new.agreed_at IS NOT old.agreed_at)
	OR (new.id, new.person_id, new.supervisor_id, new.alert_id, new.proposed_by, new.proposed_at)
	IS NOT (old.id, old.person_id, old.supervisor_id, old.alert_id, old.proposed_by, old.proposed_at)
BEGIN SELECT raise(ABORT, 'a version of a plan is never changed'); END;
--> statement-breakpoint
CREATE TRIGGER plans_no_delete BEFORE DELETE ON plans BEGIN SELECT raise(ABORT, 'plans is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER planned_items_no_update BEFORE UPDATE ON planned_items BEGIN SELECT raise(ABORT, 'planned_items is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER planned_items_no_delete BEFORE DELETE ON planned_items BEGIN SELECT raise(ABORT, 'planned_items is append-only'); END;
--> statement-breakpoint
-- "That didn't happen" stays said; it is acknowledged once.
CREATE TRIGGER disputes_keep BEFORE UPDATE ON disputes
WHEN old.acknowledged_at IS NOT NULL OR new.acknowledged_at IS NULL
	OR (new.conversation_id, new.told, new.recorded_at) IS NOT (old.conversation_id, old.told, old.recorded_at)
BEGIN SELECT raise(ABORT, 'a dispute is never changed'); END;
--> statement-breakpoint
CREATE TRIGGER disputes_no_delete BEFORE DELETE ON disputes BEGIN SELECT raise(ABORT, 'disputes is append-only'); END;
--> statement-breakpoint
-- Who handed being on call over to whom.
CREATE TRIGGER hand_overs_no_update BEFORE UPDATE ON hand_overs BEGIN SELECT raise(ABORT, 'hand_overs is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER hand_overs_no_delete BEFORE DELETE ON hand_overs BEGIN SELECT raise(ABORT, 'hand_overs is append-only'); END;
--> statement-breakpoint
-- How somebody chose to be told, each time they chose.
CREATE TRIGGER delivery_choices_no_update BEFORE UPDATE ON delivery_choices BEGIN SELECT raise(ABORT, 'delivery_choices is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER delivery_choices_no_delete BEFORE DELETE ON delivery_choices BEGIN SELECT raise(ABORT, 'delivery_choices is append-only'); END;
--> statement-breakpoint
-- The audit trail only grows.
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries BEGIN SELECT raise(ABORT, 'audit_entries is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries BEGIN SELECT raise(ABORT, 'audit_entries is append-only'); END;
--> statement-breakpoint
-- Of who has looked, only how often and how late on that day is noted later.
CREATE TRIGGER access_entries_keep BEFORE UPDATE ON access_entries
WHEN new.count < old.count OR new.last_at < old.last_at
	OR (new.id, new.person_id, new.viewer_id, new.kind, new.purpose, new.alert_id, new.day, new.first_at)
	IS NOT (old.id, old.person_id, old.viewer_id, old.kind, old.purpose, old.alert_id, old.day, old.first_at)
BEGIN SELECT raise(ABORT, 'an entry of who has looked is never changed'); END;
