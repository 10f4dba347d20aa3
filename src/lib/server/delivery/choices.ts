import { defaultDelivery, sendableAt, type Asked, type DeliveryChoice, type Pace } from '#lib/domain/delivery.ts';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from '../db/connection.ts';
import { perDatabase } from '../db/per-database.ts';
import type { Channel } from '../db/schema/delivery.ts';

interface Row {
	email: Pace;
	chat: Pace;
	chatName: string | null;
	digestAt: string;
	quietFrom: string | null;
	quietTo: string | null;
}

/** What decides where and when somebody is told. */
export interface Addressee {
	/** E-mail address. */
	address: string;
	zone: string;
	/** On an on-call list, and handed over to nobody of it. Where they did, and that one cannot be asked, the alert's own line says so. */
	onCall: boolean;
	choice: DeliveryChoice;
}

const queries = perDatabase(prepare);

function prepare(db: Db) {
	return {
		choice: db.$client.prepare<[string], Row>(
			`select email, chat, chat_name as chatName, digest_at as digestAt, quiet_from as quietFrom, quiet_to as quietTo
			from delivery_choices where person_id = ? order by recorded_at desc, rowid desc limit 1`
		),
		addressee: db.$client.prepare<[string], { address: string; zone: string; onCall: 0 | 1 }>(
			`select person.email as address, version.zone,
				exists (
					select 1 from on_call as own where own.person_id = person.id and own.ended_at is null and not exists (
						select 1 from on_call as taker where taker.team_id = own.team_id and taker.person_id = own.handed_to and taker.ended_at is null
							and taker.recorded_at <= own.handed_at
					)
				) as onCall
			from people as person join person_versions as version on version.person_id = person.id
			where person.id = ? order by version.version desc limit 1`
		)
	};
}

/** How a person wants to be told; the default until they choose. The caller has checked who asks: the person, or the outbox. */
export function deliveryChoiceOf(db: Db, personId: string): DeliveryChoice {
	const row = queries(db).choice.get(personId);
	if (!row) return defaultDelivery;
	const { quietFrom, quietTo, ...choice } = row;
	return { ...choice, quiet: quietFrom !== null && quietTo !== null ? { from: quietFrom, to: quietTo } : null };
}

/** Where and when a person is told. For the outbox alone. @throws Error for nobody */
export function addresseeOf(db: Db, personId: string): Addressee {
	const row = queries(db).addressee.get(personId);
	if (!row) throw new Error('nobody to be told');
	return { ...row, onCall: row.onCall === 1, choice: deliveryChoiceOf(db, personId) };
}

/**
 * At what pace somebody is told by a channel. Where they want the other one alone and it is not set up, this one stands in for it, at the pace that
 * everybody has until they choose: e-mail for the chat, and the chat for e-mail where they gave a name there. Whoever wants neither has none.
 * @param open the channels that are set up
 */
export function paceBy(channel: Channel, { email, chat, chatName }: DeliveryChoice, open: ReadonlySet<Channel>): Pace {
	const [own, wanted, other] = channel === 'email' ? ([email, chat, 'webhook'] as const) : ([chat, email, 'email'] as const);
	const standsIn = own === 'off' && wanted !== 'off' && !open.has(other) && (channel === 'email' || chatName !== null);
	return standsIn ? 'digest' : own;
}

/** By which of the channels that are set up somebody is told: where by none, they learn of things in Breakwater alone. */
export function reachedBy(choice: DeliveryChoice, open: ReadonlySet<Channel>): Channel[] {
	return [...open].filter((channel) => paceBy(channel, choice, open) !== 'off');
}

/**
 * From when on (UTC ms) somebody takes a message by this channel; null where they take none.
 * @param open the channels that are set up
 * @param asked whoever is on a list of their own is called, whatever `onCall` says
 */
export function dueBy(channel: Channel, open: ReadonlySet<Channel>, asked: Asked, { choice, zone, onCall }: Addressee): Instant | null {
	const pace = paceBy(channel, choice, open);
	return pace === 'off' ? null : sendableAt({ ...asked, onCall: asked.onCall || onCall }, pace, choice, zone);
}
