CREATE TABLE `access_entries` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`viewer_id` text NOT NULL,
	`kind` text NOT NULL,
	`purpose` text NOT NULL,
	`alert_id` text DEFAULT '' NOT NULL,
	`opening` text DEFAULT '' NOT NULL,
	`day` text NOT NULL,
	`first_at` integer NOT NULL,
	`last_at` integer NOT NULL,
	`count` integer NOT NULL,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`viewer_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "access_entries_another" CHECK("access_entries"."person_id" <> "access_entries"."viewer_id"),
	CONSTRAINT "access_entries_prompt" CHECK(("access_entries"."purpose" = 'prompt') = ("access_entries"."alert_id" <> '')),
	CONSTRAINT "access_entries_count" CHECK("access_entries"."count" > 0 and "access_entries"."last_at" >= "access_entries"."first_at")
);
--> statement-breakpoint
CREATE UNIQUE INDEX `access_entries_day` ON `access_entries` (`day`,`person_id`,`viewer_id`,`kind`,`purpose`,`alert_id`,`opening`);--> statement-breakpoint
CREATE TABLE `access_questions` (
	`entry_id` text PRIMARY KEY NOT NULL,
	`asked_at` integer NOT NULL,
	`answer` text,
	`answered_at` integer,
	`answered_by` text,
	FOREIGN KEY (`entry_id`) REFERENCES `access_entries`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`answered_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "access_questions_answer" CHECK("access_questions"."answer" in ('in-order', 'spoken', 'not-in-order')),
	CONSTRAINT "access_questions_answered" CHECK(("access_questions"."answer" is null) = ("access_questions"."answered_at" is null) and ("access_questions"."answer" is null) = ("access_questions"."answered_by" is null))
);
--> statement-breakpoint
CREATE TABLE `alarms` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`since` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`count` integer DEFAULT 1 NOT NULL,
	`ended_at` integer,
	`dismissed_at` integer,
	`dismissed_by` text,
	FOREIGN KEY (`dismissed_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "alarms_kind" CHECK("alarms"."kind" in ('email', 'webhook', 'undelivered', 'stuck', 'scheduler', 'clock', 'chain', 'unreachable', 'dispute', 'question', 'erasure', 'trail', 'head', 'records')),
	CONSTRAINT "alarms_dismissed" CHECK(("alarms"."dismissed_at" is null) = ("alarms"."dismissed_by" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `alarms_open` ON `alarms` (`kind`) WHERE "alarms"."ended_at" is null;--> statement-breakpoint
CREATE TABLE `watches` (
	`id` integer PRIMARY KEY NOT NULL,
	`looked_at` integer NOT NULL,
	CONSTRAINT "watches_single" CHECK("watches"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE `audit_entries` (
	`seq` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`actor_id` text,
	`action` text NOT NULL,
	`subject` text,
	`subject_id` text,
	`detail` text,
	`mac` blob NOT NULL,
	CONSTRAINT "audit_entries_mac" CHECK(length("audit_entries"."mac") = 32),
	CONSTRAINT "audit_entries_about" CHECK(("audit_entries"."subject" is null) = ("audit_entries"."subject_id" is null))
);
--> statement-breakpoint
CREATE INDEX `audit_entries_at` ON `audit_entries` (`at`);--> statement-breakpoint
CREATE INDEX `audit_entries_subject` ON `audit_entries` (`subject_id`);--> statement-breakpoint
CREATE TABLE `delivery_choices` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`email` text NOT NULL,
	`chat` text NOT NULL,
	`chat_name` text,
	`digest_at` text NOT NULL,
	`quiet_from` text,
	`quiet_to` text,
	`recorded_at` integer NOT NULL,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "delivery_choices_email" CHECK("delivery_choices"."email" in ('at-once', 'digest', 'off')),
	CONSTRAINT "delivery_choices_chat" CHECK("delivery_choices"."chat" in ('at-once', 'digest', 'off')),
	CONSTRAINT "delivery_choices_chat_name" CHECK("delivery_choices"."chat" = 'off' or "delivery_choices"."chat_name" is not null),
	CONSTRAINT "delivery_choices_quiet" CHECK(("delivery_choices"."quiet_from" is null) = ("delivery_choices"."quiet_to" is null))
);
--> statement-breakpoint
CREATE INDEX `delivery_choices_person` ON `delivery_choices` (`person_id`,`recorded_at`);--> statement-breakpoint
CREATE TABLE `messages` (
	`id` text PRIMARY KEY NOT NULL,
	`alert_id` text,
	`alarm_id` text,
	`dispute_id` text,
	`check_in_of` text,
	`break_of` text,
	`level` integer NOT NULL,
	`recipient_id` text NOT NULL,
	`channel` text NOT NULL,
	`n` integer NOT NULL,
	`urgent` integer NOT NULL,
	`state` text NOT NULL,
	`due_at` integer NOT NULL,
	`leased_until` integer DEFAULT 0 NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`letter_id` text,
	`problem` text,
	`created_at` integer NOT NULL,
	`tried_since` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`alert_id`) REFERENCES `alerts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`alarm_id`) REFERENCES `alarms`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`dispute_id`) REFERENCES `disputes`(`conversation_id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`recipient_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "messages_about" CHECK(("messages"."alert_id" is not null) + ("messages"."alarm_id" is not null) + ("messages"."dispute_id" is not null) + ("messages"."check_in_of" is not null) + ("messages"."break_of" is not null) = 1),
	CONSTRAINT "messages_channel" CHECK("messages"."channel" in ('email', 'webhook')),
	CONSTRAINT "messages_state" CHECK("messages"."state" in ('waiting', 'sent', 'dropped', 'dead')),
	CONSTRAINT "messages_ended" CHECK(("messages"."state" = 'waiting') = ("messages"."ended_at" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `messages_once` ON `messages` (`alert_id`,`level`,`recipient_id`,`channel`,`n`);--> statement-breakpoint
CREATE UNIQUE INDEX `messages_alarm_once` ON `messages` (`alarm_id`,`recipient_id`,`channel`) WHERE "messages"."alarm_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `messages_dispute_once` ON `messages` (`dispute_id`,`recipient_id`,`channel`) WHERE "messages"."dispute_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `messages_check_in_once` ON `messages` (`recipient_id`,`check_in_of`,`channel`) WHERE "messages"."check_in_of" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `messages_break_once` ON `messages` (`recipient_id`,`break_of`,`channel`) WHERE "messages"."break_of" is not null;--> statement-breakpoint
CREATE INDEX `messages_failing` ON `messages` (`tried_since`) WHERE "messages"."state" = 'waiting' and "messages"."problem" is not null;--> statement-breakpoint
CREATE INDEX `messages_state` ON `messages` (`state`,`channel`);--> statement-breakpoint
CREATE INDEX `messages_due` ON `messages` (`channel`,`urgent`,`due_at`,`id`) WHERE "messages"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX `messages_recipient` ON `messages` (`recipient_id`,`channel`) WHERE "messages"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX `messages_by_end` ON `messages` (`state`,`ended_at`);--> statement-breakpoint
CREATE TABLE `reminder_choices` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`about` text NOT NULL,
	`recorded_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "reminder_choices_about" CHECK("reminder_choices"."about" in ('check-in', 'break'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `reminder_choices_open` ON `reminder_choices` (`person_id`,`about`) WHERE "reminder_choices"."ended_at" is null;--> statement-breakpoint
CREATE TABLE `disputes` (
	`conversation_id` text PRIMARY KEY NOT NULL,
	`told` text NOT NULL,
	`recorded_at` integer NOT NULL,
	`acknowledged_at` integer,
	`acknowledged_by` text,
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`acknowledged_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "disputes_told" CHECK("disputes"."told" in ('host', 'employer')),
	CONSTRAINT "disputes_acknowledged" CHECK(("disputes"."acknowledged_at" is null) = ("disputes"."acknowledged_by" is null))
);
--> statement-breakpoint
CREATE INDEX `disputes_open` ON `disputes` (`recorded_at`) WHERE "disputes"."acknowledged_at" is null;--> statement-breakpoint
CREATE TABLE `erasure_requests` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`asked_at` integer NOT NULL,
	`taken_back_at` integer,
	`carried_out_at` integer,
	`carried_out_by` text,
	`declined_at` integer,
	`declined_by` text,
	`declined_for` text,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`carried_out_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`declined_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "erasure_requests_ended" CHECK(("erasure_requests"."taken_back_at" is not null) + ("erasure_requests"."carried_out_at" is not null) + ("erasure_requests"."declined_at" is not null) <= 1),
	CONSTRAINT "erasure_requests_declined" CHECK(("erasure_requests"."declined_at" is null) = ("erasure_requests"."declined_by" is null) and ("erasure_requests"."declined_at" is null) = ("erasure_requests"."declined_for" is null)),
	CONSTRAINT "erasure_requests_reason" CHECK("erasure_requests"."declined_for" in ('legal-hold', 'legal-duty', 'legal-claim', 'asked-by-mistake')),
	CONSTRAINT "erasure_requests_carried_out" CHECK("erasure_requests"."carried_out_by" is null or "erasure_requests"."carried_out_at" is not null),
	CONSTRAINT "erasure_requests_order" CHECK(coalesce("erasure_requests"."taken_back_at", "erasure_requests"."carried_out_at", "erasure_requests"."declined_at", "erasure_requests"."asked_at") >= "erasure_requests"."asked_at")
);
--> statement-breakpoint
CREATE UNIQUE INDEX `erasure_requests_open` ON `erasure_requests` (`person_id`) WHERE "erasure_requests"."taken_back_at" is null and "erasure_requests"."carried_out_at" is null and "erasure_requests"."declined_at" is null;--> statement-breakpoint
CREATE INDEX `erasure_requests_asked` ON `erasure_requests` (`asked_at`) WHERE "erasure_requests"."taken_back_at" is null and "erasure_requests"."carried_out_at" is null and "erasure_requests"."declined_at" is null;--> statement-breakpoint
CREATE TABLE `calendar_feeds` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`fetched_at` integer,
	`revoked_at` integer,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `calendar_feeds_token_hash_unique` ON `calendar_feeds` (`token_hash`);--> statement-breakpoint
CREATE UNIQUE INDEX `calendar_feeds_current` ON `calendar_feeds` (`person_id`) WHERE "calendar_feeds"."revoked_at" is null;--> statement-breakpoint
CREATE TABLE `instrument_packs` (
	`id` text PRIMARY KEY NOT NULL,
	`instrument` text NOT NULL,
	`language` text NOT NULL,
	`title` text NOT NULL,
	`intro` text NOT NULL,
	`items` text NOT NULL,
	`labels` text NOT NULL,
	`largest_first` integer NOT NULL,
	`licence` text NOT NULL,
	`owner` text NOT NULL,
	`recorded_at` integer NOT NULL,
	`recorded_by` text NOT NULL,
	`retired_at` integer,
	`retired_by` text,
	FOREIGN KEY (`recorded_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "instrument_packs_instrument" CHECK("instrument_packs"."instrument" in ('who5', 'phq4', 'proqol5')),
	CONSTRAINT "instrument_packs_retired" CHECK(("instrument_packs"."retired_at" is null) = ("instrument_packs"."retired_by" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `instrument_packs_in_use` ON `instrument_packs` (`instrument`,`language`) WHERE "instrument_packs"."retired_at" is null;--> statement-breakpoint
CREATE TABLE `departures` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`from_date` text NOT NULL,
	`from_at` integer NOT NULL,
	`recorded_by` text NOT NULL,
	`recorded_at` integer NOT NULL,
	`closed_at` integer,
	`ended_by` text,
	`ended_at` integer,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`recorded_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`ended_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "departures_closed" CHECK("departures"."closed_at" is null or "departures"."closed_at" >= "departures"."from_at"),
	CONSTRAINT "departures_ended" CHECK(("departures"."ended_at" is null) = ("departures"."ended_by" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `departures_current` ON `departures` (`person_id`) WHERE "departures"."ended_at" is null;--> statement-breakpoint
CREATE INDEX `departures_due` ON `departures` (`from_at`) WHERE "departures"."ended_at" is null and "departures"."closed_at" is null;--> statement-breakpoint
CREATE TABLE `disclosures` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`reason` text NOT NULL,
	`answers` text NOT NULL,
	`asked_by` text NOT NULL,
	`asked_at` integer NOT NULL,
	`agreed_at` integer,
	`confirmed_by` text,
	`confirmed_at` integer,
	`ended_by` text,
	`ended_at` integer,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`asked_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`confirmed_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`ended_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "disclosures_reason" CHECK("disclosures"."reason" in ('court', 'lawyer')),
	CONSTRAINT "disclosures_answers" CHECK("disclosures"."answers" in ('none', 'consent', 'order')),
	CONSTRAINT "disclosures_agreed" CHECK("disclosures"."agreed_at" is null or ("disclosures"."answers" = 'consent' and "disclosures"."agreed_at" >= "disclosures"."asked_at")),
	CONSTRAINT "disclosures_confirmed" CHECK(("disclosures"."confirmed_at" is null) = ("disclosures"."confirmed_by" is null)),
	CONSTRAINT "disclosures_ended" CHECK(("disclosures"."ended_at" is null) = ("disclosures"."ended_by" is null)),
	CONSTRAINT "disclosures_two" CHECK("disclosures"."confirmed_by" is null or ("disclosures"."confirmed_by" <> "disclosures"."asked_by" and "disclosures"."confirmed_by" <> "disclosures"."person_id")),
	CONSTRAINT "disclosures_another" CHECK("disclosures"."asked_by" <> "disclosures"."person_id")
);
--> statement-breakpoint
CREATE INDEX `disclosures_person` ON `disclosures` (`person_id`,`asked_at`);--> statement-breakpoint
CREATE TABLE `erasures` (
	`person_id` text PRIMARY KEY NOT NULL,
	`erased_at` integer NOT NULL,
	`erased_by` text,
	`key_destroyed_at` integer,
	`cleared_at` integer,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`erased_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "erasures_order" CHECK(coalesce("erasures"."key_destroyed_at", "erasures"."erased_at") >= "erasures"."erased_at"),
	CONSTRAINT "erasures_another" CHECK("erasures"."erased_by" is null or "erasures"."erased_by" <> "erasures"."person_id")
);
--> statement-breakpoint
CREATE TABLE `forgotten_answers` (
	`person_id` text PRIMARY KEY NOT NULL,
	`before` integer NOT NULL,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `holds` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`kind` text NOT NULL,
	`placed_by` text NOT NULL,
	`placed_at` integer NOT NULL,
	`until_date` text NOT NULL,
	`until_at` integer NOT NULL,
	`lifted_by` text,
	`lifted_at` integer,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`placed_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`lifted_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "holds_kind" CHECK("holds"."kind" in ('court', 'claim', 'investigation', 'regulator', 'asked-by-person')),
	CONSTRAINT "holds_order" CHECK("holds"."until_at" > "holds"."placed_at"),
	CONSTRAINT "holds_lifted" CHECK(("holds"."lifted_at" is null) = ("holds"."lifted_by" is null)),
	CONSTRAINT "holds_two" CHECK("holds"."lifted_by" is null or "holds"."lifted_by" <> "holds"."placed_by")
);
--> statement-breakpoint
CREATE INDEX `holds_person` ON `holds` (`person_id`,`until_at`);--> statement-breakpoint
CREATE TABLE `retention_runs` (
	`day` text PRIMARY KEY NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`records` integer DEFAULT 0 NOT NULL,
	`answers` integer DEFAULT 0 NOT NULL,
	`words` integer DEFAULT 0 NOT NULL,
	`access` integer DEFAULT 0 NOT NULL,
	`short_lived` integer DEFAULT 0 NOT NULL,
	`held` integer DEFAULT 0 NOT NULL,
	`failed` integer DEFAULT 0 NOT NULL,
	CONSTRAINT "retention_runs_counts" CHECK(min("retention_runs"."records", "retention_runs"."answers", "retention_runs"."words", "retention_runs"."access", "retention_runs"."short_lived", "retention_runs"."held", "retention_runs"."failed") >= 0 and coalesce("retention_runs"."finished_at", "retention_runs"."started_at") >= "retention_runs"."started_at")
);
--> statement-breakpoint
CREATE TABLE `retention_versions` (
	`id` text PRIMARY KEY NOT NULL,
	`record_years` integer NOT NULL,
	`answers_months` integer NOT NULL,
	`words_days` integer NOT NULL,
	`access_years` integer NOT NULL,
	`author_id` text,
	`reason` text NOT NULL,
	`recorded_at` integer NOT NULL,
	FOREIGN KEY (`author_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "retention_versions_range" CHECK("retention_versions"."record_years" between 1 and 12 and "retention_versions"."answers_months" between 6 and 72 and "retention_versions"."words_days" between 7 and 90 and "retention_versions"."access_years" between 1 and 12)
);
--> statement-breakpoint
CREATE INDEX `retention_versions_recorded` ON `retention_versions` (`recorded_at`);--> statement-breakpoint
CREATE TABLE `leases` (
	`name` text PRIMARY KEY NOT NULL,
	`holder` text NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `list_ticks` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`team_id` text NOT NULL,
	`week` text NOT NULL,
	`person_id` text NOT NULL,
	`rota` integer NOT NULL,
	`break_cover` integer NOT NULL,
	`other_work` integer NOT NULL,
	`nothing` integer NOT NULL,
	`shown` text NOT NULL,
	`actor_id` text NOT NULL,
	`recorded_at` integer NOT NULL,
	FOREIGN KEY (`team_id`) REFERENCES `teams`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "list_ticks_week" CHECK("list_ticks"."week" glob '[0-9][0-9][0-9][0-9]-W[0-5][0-9]'),
	CONSTRAINT "list_ticks_nothing" CHECK(not ("list_ticks"."nothing" and ("list_ticks"."rota" or "list_ticks"."break_cover" or "list_ticks"."other_work"))),
	CONSTRAINT "list_ticks_own" CHECK("list_ticks"."actor_id" <> "list_ticks"."person_id")
);
--> statement-breakpoint
CREATE INDEX `list_ticks_list` ON `list_ticks` (`team_id`,`week`);--> statement-breakpoint
CREATE INDEX `list_ticks_person` ON `list_ticks` (`person_id`);--> statement-breakpoint
CREATE TABLE `employers` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `employers_name_unique` ON `employers` (`name`);--> statement-breakpoint
CREATE TABLE `optional_versions` (
	`id` text PRIMARY KEY NOT NULL,
	`fields` text NOT NULL,
	`instruments` text NOT NULL,
	`lead_hours` integer DEFAULT false NOT NULL,
	`author_id` text,
	`reason` text NOT NULL,
	`recorded_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `organisation` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`zone` text NOT NULL,
	`employer_id` text NOT NULL,
	`fields` text NOT NULL,
	`instruments` text NOT NULL,
	`lead_hours` integer DEFAULT false NOT NULL,
	`help_lines` text NOT NULL,
	`created_at` integer NOT NULL,
	`sample` integer DEFAULT false NOT NULL,
	FOREIGN KEY (`employer_id`) REFERENCES `employers`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "organisation_single" CHECK("organisation"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE `partners` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`retired_at` integer
);
--> statement-breakpoint
CREATE TABLE `policies` (
	`id` text PRIMARY KEY NOT NULL,
	`team_id` text,
	`patch` text NOT NULL,
	`author_id` text,
	`reason` text NOT NULL,
	`recorded_at` integer NOT NULL,
	FOREIGN KEY (`team_id`) REFERENCES `teams`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `policies_team` ON `policies` (`team_id`,`recorded_at`);--> statement-breakpoint
CREATE TABLE `teams` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`zone` text NOT NULL,
	`created_at` integer NOT NULL,
	`closed_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `teams_name` ON `teams` (lower("name")) WHERE "teams"."closed_at" is null;--> statement-breakpoint
CREATE TABLE `work_types` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`counts` text NOT NULL,
	`position` integer NOT NULL,
	`retired_at` integer,
	CONSTRAINT "work_types_counts" CHECK("work_types"."counts" in ('yes', 'no', 'ask'))
);
--> statement-breakpoint
CREATE TABLE `absences` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`from_date` text NOT NULL,
	`to_date` text NOT NULL,
	`deputy_id` text,
	`recorded_at` integer NOT NULL,
	`recorded_by` text,
	`ended_at` integer,
	`ended_by` text,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`deputy_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "absences_order" CHECK("absences"."to_date" >= "absences"."from_date"),
	CONSTRAINT "absences_ended" CHECK(("absences"."ended_at" is null) = ("absences"."ended_by" is null))
);
--> statement-breakpoint
CREATE INDEX `absences_person` ON `absences` (`person_id`,`to_date`);--> statement-breakpoint
CREATE TABLE `exclusions` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`excluded_id` text NOT NULL,
	`recorded_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`excluded_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `exclusions_current` ON `exclusions` (`person_id`,`excluded_id`) WHERE "exclusions"."ended_at" is null;--> statement-breakpoint
CREATE TABLE `factors` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`factor_thousandths` integer NOT NULL,
	`from_date` text NOT NULL,
	`to_date` text,
	`recorded_at` integer NOT NULL,
	`recorded_by` text,
	`ended_at` integer,
	`ended_by` text,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "factors_range" CHECK("factors"."factor_thousandths" > 0 and "factors"."factor_thousandths" <= 1000),
	CONSTRAINT "factors_order" CHECK("factors"."to_date" >= "factors"."from_date"),
	CONSTRAINT "factors_ended" CHECK(("factors"."ended_at" is null) = ("factors"."ended_by" is null))
);
--> statement-breakpoint
CREATE INDEX `factors_person` ON `factors` (`person_id`);--> statement-breakpoint
CREATE TABLE `hand_overs` (
	`id` text PRIMARY KEY NOT NULL,
	`team_id` text NOT NULL,
	`from_id` text NOT NULL,
	`to_id` text NOT NULL,
	`recorded_at` integer NOT NULL,
	FOREIGN KEY (`team_id`) REFERENCES `teams`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`from_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`to_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `hand_overs_team` ON `hand_overs` (`team_id`,`recorded_at`);--> statement-breakpoint
CREATE TABLE `held_forms` (
	`id_hash` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`sealed` blob NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `home_teams` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`team_id` text NOT NULL,
	`recorded_at` integer NOT NULL,
	`recorded_by` text,
	`ended_at` integer,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`team_id`) REFERENCES `teams`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `home_teams_current` ON `home_teams` (`person_id`) WHERE "home_teams"."ended_at" is null;--> statement-breakpoint
CREATE INDEX `home_teams_team` ON `home_teams` (`team_id`);--> statement-breakpoint
CREATE TABLE `invitations` (
	`id` text PRIMARY KEY NOT NULL,
	`token_hash` text NOT NULL,
	`person_id` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	`revoked_at` integer,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invitations_token_hash_unique` ON `invitations` (`token_hash`);--> statement-breakpoint
CREATE INDEX `invitations_person` ON `invitations` (`person_id`);--> statement-breakpoint
CREATE TABLE `on_call` (
	`id` text PRIMARY KEY NOT NULL,
	`team_id` text NOT NULL,
	`person_id` text NOT NULL,
	`position` integer DEFAULT 0 NOT NULL,
	`recorded_at` integer NOT NULL,
	`recorded_by` text,
	`ended_at` integer,
	`handed_to` text,
	`handed_at` integer,
	FOREIGN KEY (`team_id`) REFERENCES `teams`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`handed_to`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "on_call_handed" CHECK(("on_call"."handed_to" is null) = ("on_call"."handed_at" is null)),
	CONSTRAINT "on_call_to_another" CHECK("on_call"."handed_to" is not "on_call"."person_id")
);
--> statement-breakpoint
CREATE UNIQUE INDEX `on_call_current` ON `on_call` (`team_id`,`person_id`) WHERE "on_call"."ended_at" is null;--> statement-breakpoint
CREATE TABLE `people` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`email_key` text NOT NULL,
	`password_hash` text,
	`employer_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`joined_at` integer,
	`disabled_at` integer,
	`sharing_asked_at` integer,
	FOREIGN KEY (`employer_id`) REFERENCES `employers`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `people_email_key_unique` ON `people` (`email_key`);--> statement-breakpoint
CREATE TABLE `person_versions` (
	`person_id` text NOT NULL,
	`version` integer NOT NULL,
	`zone` text NOT NULL,
	`day_start` text NOT NULL,
	`start_date` text NOT NULL,
	`recorded_at` integer NOT NULL,
	`recorded_by` text,
	PRIMARY KEY(`person_id`, `version`),
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `roles` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`role` text NOT NULL,
	`team_id` text,
	`position` integer DEFAULT 0 NOT NULL,
	`proposed_by` text,
	`proposed_at` integer NOT NULL,
	`confirmed_by` text,
	`confirmed_at` integer,
	`ended_at` integer,
	`ended_by` text,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`team_id`) REFERENCES `teams`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "roles_role" CHECK("roles"."role" in ('moderator', 'lead', 'welfare', 'peer', 'admin', 'head_of_welfare')),
	CONSTRAINT "roles_scope" CHECK(("roles"."role" in ('admin', 'head_of_welfare')) = ("roles"."team_id" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `roles_current` ON `roles` (`person_id`,`role`,`team_id`) WHERE "roles"."ended_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX `roles_current_everywhere` ON `roles` (`person_id`,`role`) WHERE "roles"."ended_at" is null and "roles"."team_id" is null;--> statement-breakpoint
CREATE INDEX `roles_team` ON `roles` (`team_id`,`role`);--> statement-breakpoint
CREATE TABLE `sharing_choices` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`kind` text NOT NULL,
	`officer_id` text NOT NULL,
	`recorded_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`officer_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "sharing_choices_kind" CHECK("sharing_choices"."kind" in ('prompt', 'trends'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sharing_choices_current` ON `sharing_choices` (`person_id`,`kind`,`officer_id`) WHERE "sharing_choices"."ended_at" is null;--> statement-breakpoint
CREATE TABLE `sign_in_failures` (
	`key` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL,
	`last_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sign_ins` (
	`id_hash` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`seen_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `sign_ins_person` ON `sign_ins` (`person_id`);--> statement-breakpoint
CREATE TABLE `submissions` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text,
	`recorded_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `submissions_recorded` ON `submissions` (`recorded_at`);--> statement-breakpoint
CREATE TABLE `planned_items` (
	`plan_id` text NOT NULL,
	`item` text NOT NULL,
	`from_date` text NOT NULL,
	`until_date` text,
	PRIMARY KEY(`plan_id`, `item`),
	FOREIGN KEY (`plan_id`) REFERENCES `plans`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "planned_items_item" CHECK("planned_items"."item" in ('rota', 'non-exposure', 'counselling', 'time-off-screen')),
	CONSTRAINT "planned_items_order" CHECK("planned_items"."until_date" is null or "planned_items"."until_date" >= "planned_items"."from_date")
);
--> statement-breakpoint
CREATE TABLE `plans` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`supervisor_id` text NOT NULL,
	`alert_id` text NOT NULL,
	`proposed_by` text NOT NULL,
	`proposed_at` integer NOT NULL,
	`agreed_at` integer,
	`ended_at` integer,
	`ended_by` text,
	`outcome` text,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`supervisor_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`alert_id`) REFERENCES `alerts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "plans_two" CHECK("plans"."person_id" <> "plans"."supervisor_id"),
	CONSTRAINT "plans_ended" CHECK(("plans"."ended_at" is null) = ("plans"."ended_by" is null) and ("plans"."ended_at" is null) = ("plans"."outcome" is null)),
	CONSTRAINT "plans_outcome" CHECK("plans"."outcome" is null or "plans"."outcome" = 'replaced'
				or ("plans"."outcome" in ('declined', 'withdrawn') and "plans"."agreed_at" is null) or ("plans"."outcome" = 'ended' and "plans"."agreed_at" is not null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `plans_agreed` ON `plans` (`person_id`,`supervisor_id`) WHERE "plans"."agreed_at" is not null and "plans"."ended_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX `plans_proposed` ON `plans` (`person_id`,`supervisor_id`) WHERE "plans"."agreed_at" is null and "plans"."ended_at" is null;--> statement-breakpoint
CREATE INDEX `plans_supervisor` ON `plans` (`supervisor_id`,`ended_at`);--> statement-breakpoint
CREATE TABLE `alert_events` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`alert_id` text NOT NULL,
	`person_id` text NOT NULL,
	`at` integer NOT NULL,
	`event` text NOT NULL,
	`level` integer NOT NULL,
	`actor_id` text,
	`detail` text,
	FOREIGN KEY (`alert_id`) REFERENCES `alerts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `alert_events_alert` ON `alert_events` (`alert_id`,`id`);--> statement-breakpoint
CREATE INDEX `alert_events_person` ON `alert_events` (`person_id`,`at`);--> statement-breakpoint
CREATE TABLE `alert_findings` (
	`alert_id` text NOT NULL,
	`finding_id` text NOT NULL,
	PRIMARY KEY(`alert_id`, `finding_id`),
	FOREIGN KEY (`alert_id`) REFERENCES `alerts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`finding_id`) REFERENCES `findings`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `alerts` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`reason` text NOT NULL,
	`state` text NOT NULL,
	`level` integer NOT NULL,
	`raised_at` integer NOT NULL,
	`entered_at` integer NOT NULL,
	`clock_started_at` integer,
	`clock_ms` integer,
	`clock_working_minutes` integer,
	`due_at` integer,
	`today` integer DEFAULT false NOT NULL,
	`to_id` text,
	`to_kind` text,
	`closed_at` integer,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`to_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "alerts_reason" CHECK("alerts"."reason" in ('exposure', 'contact', 'concern', 'session', 'routine')),
	CONSTRAINT "alerts_closed" CHECK(("alerts"."state" in ('closed', 'corrected')) = ("alerts"."closed_at" is not null)),
	CONSTRAINT "alerts_clock" CHECK(("alerts"."clock_started_at" is null and "alerts"."clock_ms" is null and "alerts"."clock_working_minutes" is null)
				or ("alerts"."clock_started_at" is not null and ("alerts"."clock_ms" is null) <> ("alerts"."clock_working_minutes" is null))),
	CONSTRAINT "alerts_level" CHECK("alerts"."level" between 0 and 2)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `alerts_open` ON `alerts` (`person_id`,`reason`) WHERE "alerts"."closed_at" is null;--> statement-breakpoint
CREATE INDEX `alerts_person` ON `alerts` (`person_id`,`raised_at`);--> statement-breakpoint
CREATE INDEX `alerts_unclosed` ON `alerts` (`closed_at`) WHERE "alerts"."closed_at" is null;--> statement-breakpoint
CREATE TABLE `appointments` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`kind` text NOT NULL,
	`due` text NOT NULL,
	`recorded_at` integer NOT NULL,
	`recorded_by` text,
	`outcome` text,
	`outcome_at` integer,
	`outcome_by` text,
	`replaces` text,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`replaces`) REFERENCES `appointments`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "appointments_kind" CHECK("appointments"."kind" in ('counselling', 'assessment')),
	CONSTRAINT "appointments_outcome" CHECK(("appointments"."outcome" is null) = ("appointments"."outcome_at" is null) and ("appointments"."outcome" is null or "appointments"."outcome" in ('attended', 'declined', 'moved', 'withdrawn')))
);
--> statement-breakpoint
CREATE INDEX `appointments_person` ON `appointments` (`person_id`,`due`);--> statement-breakpoint
CREATE UNIQUE INDEX `appointments_replaces` ON `appointments` (`replaces`);--> statement-breakpoint
CREATE TABLE `check_ins` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`instrument` text NOT NULL,
	`skipped` integer NOT NULL,
	`sealed` blob,
	`pack_id` text,
	`recorded_at` integer NOT NULL,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`pack_id`) REFERENCES `instrument_packs`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "check_ins_sealed" CHECK("check_ins"."skipped" = ("check_ins"."sealed" is null)),
	CONSTRAINT "check_ins_pack" CHECK(("check_ins"."pack_id" is not null) = ("check_ins"."instrument" <> 'pulse' and not "check_ins"."skipped"))
);
--> statement-breakpoint
CREATE INDEX `check_ins_person` ON `check_ins` (`person_id`,`instrument`,`recorded_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `check_ins_instant` ON `check_ins` (`person_id`,`recorded_at`);--> statement-breakpoint
CREATE TABLE `clocks` (
	`person_id` text PRIMARY KEY NOT NULL,
	`first_fact_at` integer,
	`last_fact_at` integer NOT NULL,
	`advanced_to` integer NOT NULL,
	`next_due_at` integer,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `clocks_due` ON `clocks` (`next_due_at`,`person_id`) WHERE "clocks"."next_due_at" is not null;--> statement-breakpoint
CREATE TABLE `contact_requests` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`to_id` text NOT NULL,
	`to_kind` text NOT NULL,
	`when_wanted` text NOT NULL,
	`recorded_at` integer NOT NULL,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`to_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "contact_requests_kind" CHECK("contact_requests"."to_kind" in ('lead', 'welfare', 'peer')),
	CONSTRAINT "contact_requests_when" CHECK("contact_requests"."when_wanted" in ('today', 'soon'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `contact_requests_instant` ON `contact_requests` (`person_id`,`recorded_at`);--> statement-breakpoint
CREATE TABLE `conversations` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`reasons` text NOT NULL,
	`items` text NOT NULL,
	`recorded_at` integer NOT NULL,
	`recorded_by` text NOT NULL,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `conversations_person` ON `conversations` (`person_id`,`recorded_at`);--> statement-breakpoint
CREATE TABLE `exposures` (
	`id` text NOT NULL,
	`version` integer NOT NULL,
	`person_id` text NOT NULL,
	`kind` text NOT NULL,
	`state` text NOT NULL,
	`start_at` integer,
	`end_at` integer,
	`date` text,
	`minutes` integer,
	`counts` integer NOT NULL,
	`work_type_id` text,
	`partner_id` text,
	`material` text,
	`context` text,
	`filters` text,
	`sealed` blob NOT NULL,
	`void_reason` text,
	`recorded_at` integer NOT NULL,
	`recorded_by` text NOT NULL,
	`superseded_at` integer,
	PRIMARY KEY(`id`, `version`),
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`work_type_id`) REFERENCES `work_types`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`partner_id`) REFERENCES `partners`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "exposures_kind" CHECK("exposures"."kind" in ('session', 'timer', 'day-total')),
	CONSTRAINT "exposures_state" CHECK("exposures"."state" in ('running', 'ended', 'void')),
	CONSTRAINT "exposures_shape" CHECK(case when "exposures"."kind" = 'day-total'
				then "exposures"."date" is not null and "exposures"."minutes" is not null and "exposures"."minutes" between 1 and 960 and "exposures"."start_at" is null and "exposures"."end_at" is null and "exposures"."state" <> 'running'
				else "exposures"."start_at" is not null and "exposures"."date" is null and "exposures"."minutes" is null
					and ("exposures"."state" = 'void' or ("exposures"."state" = 'running') = ("exposures"."end_at" is null)) end),
	CONSTRAINT "exposures_length" CHECK("exposures"."end_at" is null or ("exposures"."end_at" > "exposures"."start_at" and "exposures"."end_at" - "exposures"."start_at" <= 57600000 and "exposures"."end_at" <= "exposures"."recorded_at")),
	CONSTRAINT "exposures_running_kind" CHECK("exposures"."state" <> 'running' or "exposures"."kind" = 'timer'),
	CONSTRAINT "exposures_void" CHECK(("exposures"."state" = 'void') = ("exposures"."void_reason" is not null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `exposures_running` ON `exposures` (`person_id`) WHERE "exposures"."state" = 'running' and "exposures"."superseded_at" is null;--> statement-breakpoint
CREATE INDEX `exposures_times` ON `exposures` (`person_id`,`end_at`,`start_at`,`counts`,`state`) WHERE "exposures"."superseded_at" is null and "exposures"."end_at" is not null;--> statement-breakpoint
CREATE INDEX `exposures_dates` ON `exposures` (`person_id`,`date`) WHERE "exposures"."superseded_at" is null and "exposures"."date" is not null;--> statement-breakpoint
CREATE INDEX `exposures_corrected` ON `exposures` (`person_id`,`end_at`) WHERE "exposures"."superseded_at" is not null and "exposures"."end_at" is not null;--> statement-breakpoint
CREATE INDEX `exposures_corrected_dates` ON `exposures` (`person_id`,`date`) WHERE "exposures"."superseded_at" is not null and "exposures"."date" is not null;--> statement-breakpoint
CREATE TABLE `findings` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`at` integer NOT NULL,
	`key` text NOT NULL,
	`rule` text NOT NULL,
	`period` text NOT NULL,
	`value` real,
	`audience` text NOT NULL,
	`policy_id` text,
	`team_policy_id` text,
	`withdrawn_at` integer,
	`dismissed_at` integer,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `findings_once` ON `findings` (`person_id`,`key`) WHERE "findings"."withdrawn_at" is null;--> statement-breakpoint
CREATE INDEX `findings_person` ON `findings` (`person_id`,`at`,`withdrawn_at`,`key`);--> statement-breakpoint
CREATE TABLE `put_away` (
	`person_id` text PRIMARY KEY NOT NULL,
	`sealed` blob NOT NULL,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `quieted` (
	`finding_id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`finding_id`) REFERENCES `findings`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `shared_concerns` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`officer_id` text NOT NULL,
	`recorded_at` integer NOT NULL,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`officer_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `report_floors` (
	`id` text PRIMARY KEY NOT NULL,
	`fewest` integer NOT NULL,
	`author_id` text NOT NULL,
	`reason` text NOT NULL,
	`recorded_at` integer NOT NULL,
	FOREIGN KEY (`author_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "report_floors_fewest" CHECK("report_floors"."fewest" between 5 and 100)
);
--> statement-breakpoint
CREATE TABLE `reports` (
	`quarter` text PRIMARY KEY NOT NULL,
	`report` text NOT NULL,
	`prepared_at` integer NOT NULL,
	`prepared_by` text NOT NULL,
	`published_at` integer,
	`published_by` text,
	FOREIGN KEY (`prepared_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`published_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "reports_quarter" CHECK("reports"."quarter" glob '[0-9][0-9][0-9][0-9]-Q[1-4]'),
	CONSTRAINT "reports_published" CHECK(("reports"."published_at" is null) = ("reports"."published_by" is null))
);
--> statement-breakpoint
CREATE TABLE `private_words` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`recorded_at` integer NOT NULL,
	`sealed` blob NOT NULL,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "private_words_one_length" CHECK(length("private_words"."sealed") = 1053)
);
--> statement-breakpoint
CREATE INDEX `private_words_person` ON `private_words` (`person_id`,`recorded_at`);--> statement-breakpoint
CREATE INDEX `private_words_recorded` ON `private_words` (`recorded_at`);