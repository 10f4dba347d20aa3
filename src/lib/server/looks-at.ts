/**
 * A condition for the entries about one person, whom `person` names in the statement. The only index begins with the day: an officer's first look of a
 * day writes in one place for all of a list. So a person's own are found day by day, over the days on which anybody looked at all.
 */
export const looksAt = (person: string) => `id in (
	with recursive days (day) as (
		select max(day) from access_entries
		union all select (select max(day) from access_entries where day < days.day) from days where days.day is not null
	)
	select about.id from days cross join access_entries as about on about.day = days.day where about.person_id = ${person}
)`;
