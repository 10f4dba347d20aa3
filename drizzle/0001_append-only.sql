-- The one way through the triggers below: what was kept for its time goes, and what identifies somebody who is erased. It is open for one person, inside one
-- transaction: a row of it cannot be committed, because it refers to what can never be there.
CREATE TABLE never (id text PRIMARY KEY NOT NULL, CHECK (false)) STRICT;
--> statement-breakpoint
CREATE TABLE erasing (
	person_id text PRIMARY KEY NOT NULL REFERENCES people (id),
	until text NOT NULL DEFAULT 'the end of this transaction' REFERENCES never (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
--> statement-breakpoint
-- Steps of an alert are never changed or removed.
CREATE TRIGGER alert_events_no_update BEFORE UPDATE ON alert_events
WHEN NOT EXISTS (SELECT 1 FROM erasing WHERE person_id = old.person_id)
BEGIN SELECT raise(ABORT, 'alert_events is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER alert_events_no_delete BEFORE DELETE ON alert_events
WHEN NOT EXISTS (SELECT 1 FROM erasing WHERE person_id = old.person_id)
BEGIN SELECT raise(ABORT, 'alert_events is append-only'); END;
--> statement-breakpoint
-- A version of an exposure session keeps what it says: only the instant at which it was superseded may be set, once.
CREATE TRIGGER exposures_keep_versions BEFORE UPDATE ON exposures
WHEN NOT EXISTS (SELECT 1 FROM erasing WHERE person_id = old.person_id) AND (old.superseded_at IS NOT NULL OR new.superseded_at IS NULL
	OR (new.id, new.version, new.person_id, new.kind, new.state, new.start_at, new.end_at, new.date, new.minutes, new.counts, new.work_type_id,
		new.partner_id, new.material, new.context, new.filters, new.sealed, new.void_reason, new.recorded_at, new.recorded_by)
	IS NOT (old.id, old.version, old.person_id, old.kind, old.state, old.start_at, old.end_at, old.date, old.minutes, old.counts, old.work_type_id,
		old.partner_id, old.material, old.context, old.filters, old.sealed, old.void_reason, old.recorded_at, old.recorded_by))
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
-- The same of limit factors that were agreed.
CREATE TRIGGER factors_keep BEFORE UPDATE ON factors
WHEN old.ended_at IS NOT NULL OR new.ended_at IS NULL
	OR (new.id, new.person_id, new.factor_thousandths, new.from_date, new.to_date, new.recorded_at, new.recorded_by)
	IS NOT (old.id, old.person_id, old.factor_thousandths, old.from_date, old.to_date, old.recorded_at, old.recorded_by)
BEGIN SELECT raise(ABORT, 'a limit factor is never changed'); END;
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
CREATE TRIGGER list_ticks_no_delete BEFORE DELETE ON list_ticks
WHEN NOT EXISTS (SELECT 1 FROM erasing WHERE person_id = old.person_id)
BEGIN SELECT raise(ABORT, 'list_ticks is append-only'); END;
--> statement-breakpoint
-- A version of a plan stays as it was proposed: it is agreed to once, and ends once.
CREATE TRIGGER plans_keep BEFORE UPDATE ON plans
WHEN old.ended_at IS NOT NULL OR (old.agreed_at IS NOT NULL AND new.agreed_at IS NOT old.agreed_at)
	OR (new.id, new.person_id, new.supervisor_id, new.alert_id, new.proposed_by, new.proposed_at)
	IS NOT (old.id, old.person_id, old.supervisor_id, old.alert_id, old.proposed_by, old.proposed_at)
BEGIN SELECT raise(ABORT, 'a version of a plan is never changed'); END;
--> statement-breakpoint
CREATE TRIGGER plans_no_delete BEFORE DELETE ON plans
WHEN NOT EXISTS (SELECT 1 FROM erasing WHERE person_id = old.person_id)
BEGIN SELECT raise(ABORT, 'plans is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER planned_items_no_update BEFORE UPDATE ON planned_items BEGIN SELECT raise(ABORT, 'planned_items is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER planned_items_no_delete BEFORE DELETE ON planned_items
WHEN NOT EXISTS (SELECT 1 FROM erasing WHERE person_id = (SELECT person_id FROM plans WHERE id = old.plan_id))
BEGIN SELECT raise(ABORT, 'planned_items is append-only'); END;
--> statement-breakpoint
-- "That didn't happen" stays said; it is acknowledged once.
CREATE TRIGGER disputes_keep BEFORE UPDATE ON disputes
WHEN old.acknowledged_at IS NOT NULL OR new.acknowledged_at IS NULL
	OR (new.conversation_id, new.told, new.recorded_at) IS NOT (old.conversation_id, old.told, old.recorded_at)
BEGIN SELECT raise(ABORT, 'a dispute is never changed'); END;
--> statement-breakpoint
CREATE TRIGGER disputes_no_delete BEFORE DELETE ON disputes
WHEN NOT EXISTS (SELECT 1 FROM erasing WHERE person_id = (SELECT person_id FROM conversations WHERE id = old.conversation_id))
BEGIN SELECT raise(ABORT, 'disputes is append-only'); END;
--> statement-breakpoint
-- Who handed being on call over to whom.
CREATE TRIGGER hand_overs_no_update BEFORE UPDATE ON hand_overs BEGIN SELECT raise(ABORT, 'hand_overs is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER hand_overs_no_delete BEFORE DELETE ON hand_overs BEGIN SELECT raise(ABORT, 'hand_overs is append-only'); END;
--> statement-breakpoint
-- How somebody chose to be told, each time they chose.
CREATE TRIGGER delivery_choices_no_update BEFORE UPDATE ON delivery_choices BEGIN SELECT raise(ABORT, 'delivery_choices is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER delivery_choices_no_delete BEFORE DELETE ON delivery_choices
WHEN NOT EXISTS (SELECT 1 FROM erasing WHERE person_id = old.person_id)
BEGIN SELECT raise(ABORT, 'delivery_choices is append-only'); END;
--> statement-breakpoint
-- The audit trail only grows.
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries BEGIN SELECT raise(ABORT, 'audit_entries is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries BEGIN SELECT raise(ABORT, 'audit_entries is append-only'); END;
--> statement-breakpoint
-- Also not by INSERT OR REPLACE, which deletes without a trigger.
CREATE TRIGGER audit_entries_in_order BEFORE INSERT ON audit_entries
WHEN new.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM audit_entries)
BEGIN SELECT raise(ABORT, 'an audit entry comes after the last one'); END;
--> statement-breakpoint
-- Of who has looked, only how often and how late on that day is noted later.
CREATE TRIGGER access_entries_keep BEFORE UPDATE ON access_entries
WHEN new.count < old.count OR new.last_at < old.last_at
	OR (new.id, new.person_id, new.viewer_id, new.kind, new.purpose, new.alert_id, new.opening, new.day, new.first_at)
	IS NOT (old.id, old.person_id, old.viewer_id, old.kind, old.purpose, old.alert_id, old.opening, old.day, old.first_at)
BEGIN SELECT raise(ABORT, 'an entry of who has looked is never changed'); END;
--> statement-breakpoint
-- A wish to be erased is taken back, carried out or declined, once, and stays on record.
CREATE TRIGGER erasure_requests_keep BEFORE UPDATE ON erasure_requests
WHEN coalesce(old.taken_back_at, old.carried_out_at, old.declined_at) IS NOT NULL OR coalesce(new.taken_back_at, new.carried_out_at, new.declined_at) IS NULL
	OR (new.id, new.person_id, new.asked_at) IS NOT (old.id, old.person_id, old.asked_at)
BEGIN SELECT raise(ABORT, 'a wish to be erased is never changed'); END;
--> statement-breakpoint
CREATE TRIGGER erasure_requests_no_delete BEFORE DELETE ON erasure_requests BEGIN SELECT raise(ABORT, 'erasure_requests is append-only'); END;
--> statement-breakpoint
-- A question about who has looked is asked once, and answered once.
CREATE TRIGGER access_questions_keep BEFORE UPDATE ON access_questions
WHEN old.answered_at IS NOT NULL OR new.answered_at IS NULL OR (new.entry_id, new.asked_at) IS NOT (old.entry_id, old.asked_at)
BEGIN SELECT raise(ABORT, 'a question about who has looked is never changed'); END;
--> statement-breakpoint
CREATE TRIGGER access_questions_no_delete BEFORE DELETE ON access_questions
WHEN NOT EXISTS (SELECT 1 FROM erasing WHERE person_id = (SELECT person_id FROM access_entries WHERE id = old.entry_id))
BEGIN SELECT raise(ABORT, 'access_questions is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER access_entries_no_delete BEFORE DELETE ON access_entries
WHEN NOT EXISTS (SELECT 1 FROM erasing WHERE person_id = old.person_id)
BEGIN SELECT raise(ABORT, 'access_entries is append-only'); END;
--> statement-breakpoint
-- For how long what is kept: each version as it was put in force.
CREATE TRIGGER retention_versions_no_update BEFORE UPDATE ON retention_versions BEGIN SELECT raise(ABORT, 'retention_versions is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER retention_versions_no_delete BEFORE DELETE ON retention_versions BEGIN SELECT raise(ABORT, 'retention_versions is append-only'); END;
--> statement-breakpoint
-- A run that is over stays as it was; one that goes on only counts up.
CREATE TRIGGER retention_runs_keep BEFORE UPDATE ON retention_runs
WHEN old.finished_at IS NOT NULL OR (new.day, new.started_at) IS NOT (old.day, old.started_at)
	OR min(new.records - old.records, new.answers - old.answers, new.words - old.words, new.access - old.access, new.short_lived - old.short_lived) < 0
BEGIN SELECT raise(ABORT, 'a run that is over is never changed'); END;
--> statement-breakpoint
CREATE TRIGGER retention_runs_no_delete BEFORE DELETE ON retention_runs BEGIN SELECT raise(ABORT, 'retention_runs is append-only'); END;
--> statement-breakpoint
-- A legal hold is lifted once.
CREATE TRIGGER holds_keep BEFORE UPDATE ON holds
WHEN old.lifted_at IS NOT NULL OR new.lifted_at IS NULL
	OR (new.id, new.person_id, new.kind, new.placed_by, new.placed_at, new.until_date, new.until_at)
	IS NOT (old.id, old.person_id, old.kind, old.placed_by, old.placed_at, old.until_date, old.until_at)
BEGIN SELECT raise(ABORT, 'a legal hold is never changed'); END;
--> statement-breakpoint
CREATE TRIGGER holds_no_delete BEFORE DELETE ON holds BEGIN SELECT raise(ABORT, 'holds is append-only'); END;
--> statement-breakpoint
-- Of leaving: the account is closed once, and it ends once.
CREATE TRIGGER departures_keep BEFORE UPDATE ON departures
WHEN old.ended_at IS NOT NULL OR (old.closed_at IS NOT NULL AND new.closed_at IS NOT old.closed_at)
	OR (new.id, new.person_id, new.from_date, new.from_at, new.recorded_by, new.recorded_at)
	IS NOT (old.id, old.person_id, old.from_date, old.from_at, old.recorded_by, old.recorded_at)
BEGIN SELECT raise(ABORT, 'a date of leaving is never changed'); END;
--> statement-breakpoint
CREATE TRIGGER departures_no_delete BEFORE DELETE ON departures BEGIN SELECT raise(ABORT, 'departures is append-only'); END;
--> statement-breakpoint
-- Nobody is erased twice, or comes back from it.
CREATE TRIGGER erasures_keep BEFORE UPDATE ON erasures
WHEN (old.key_destroyed_at IS NOT NULL AND new.key_destroyed_at IS NOT old.key_destroyed_at)
	OR (old.cleared_at IS NOT NULL AND new.cleared_at IS NOT old.cleared_at)
	OR (new.person_id, new.erased_at, new.erased_by) IS NOT (old.person_id, old.erased_at, old.erased_by)
BEGIN SELECT raise(ABORT, 'an erasure is never changed'); END;
--> statement-breakpoint
CREATE TRIGGER erasures_no_delete BEFORE DELETE ON erasures BEGIN SELECT raise(ABORT, 'erasures is append-only'); END;
--> statement-breakpoint
-- A disclosure is confirmed once, and refused, taken back or over once.
CREATE TRIGGER disclosures_keep BEFORE UPDATE ON disclosures
WHEN old.ended_at IS NOT NULL
	OR (old.confirmed_at IS NOT NULL AND (new.confirmed_at, new.confirmed_by) IS NOT (old.confirmed_at, old.confirmed_by))
	OR (old.agreed_at IS NOT NULL AND new.agreed_at IS NOT old.agreed_at)
	OR (new.id, new.person_id, new.reason, new.answers, new.asked_by, new.asked_at)
	IS NOT (old.id, old.person_id, old.reason, old.answers, old.asked_by, old.asked_at)
BEGIN SELECT raise(ABORT, 'a disclosure is never changed'); END;
--> statement-breakpoint
CREATE TRIGGER disclosures_no_delete BEFORE DELETE ON disclosures BEGIN SELECT raise(ABORT, 'disclosures is append-only'); END;
--> statement-breakpoint
-- A report of the organisation stays as it was made: it is published once.
CREATE TRIGGER reports_keep BEFORE UPDATE ON reports
WHEN old.published_at IS NOT NULL OR new.published_at IS NULL
	OR (new.quarter, new.report, new.prepared_at, new.prepared_by) IS NOT (old.quarter, old.report, old.prepared_at, old.prepared_by)
BEGIN SELECT raise(ABORT, 'a report is never changed'); END;
--> statement-breakpoint
CREATE TRIGGER reports_no_delete BEFORE DELETE ON reports BEGIN SELECT raise(ABORT, 'reports is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER report_floors_no_update BEFORE UPDATE ON report_floors BEGIN SELECT raise(ABORT, 'report_floors is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER report_floors_no_delete BEFORE DELETE ON report_floors BEGIN SELECT raise(ABORT, 'report_floors is append-only'); END;
