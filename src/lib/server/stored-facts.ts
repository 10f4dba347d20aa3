import type { Fact } from '#lib/domain/facts.ts';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { ordered } from './replay/ordered.ts';
import { checkInFacts, forgottenFacts, sharingFacts } from './stored-answers.ts';
import { awayFacts, correctedFacts, factorFacts, memberFacts, personFacts, policyFacts } from './stored-circumstances.ts';
import { exposureFacts } from './stored-exposures.ts';
import { appointmentFacts, conversationFacts, outcomeFacts, requestFacts, stepFacts } from './stored-support.ts';

/**
 * Every fact of replay.md that the tables hold, ordered by when it was recorded; nothing but what is being sorted is held. Facts of one
 * person never share an instant, but for those with which their rules begin. People whose clock stands still have none yet, and those of
 * the others begin with the first fact that the rules looked at. Read it inside a transaction: other processes go on writing.
 */
export function storedFacts(db: Db): Generator<Fact, void, void> {
	const streams = [policyFacts(db), personFacts(db), awayFacts(db), factorFacts(db), sharingFacts(db), appointmentFacts(db)];
	const later = [
		memberFacts(db),
		correctedFacts(db, 'absences'),
		correctedFacts(db, 'factors'),
		exposureFacts(db),
		checkInFacts(db),
		forgottenFacts(db),
		requestFacts(db),
		conversationFacts(db),
		outcomeFacts(db),
		stepFacts(db)
	];
	// The order at one instant: a policy is in force for the facts recorded with it, and who somebody is comes before what is said of them.
	return ordered([...streams, ...later], (a, b) => a.at < b.at);
}

/**
 * What the policy simulator counts from: who somebody is, absences, factors, appointments and conversations, and the exposure recorded from
 * `since` on. Nothing sealed is opened, so whether material was violent is left out, as is everything that people said of themselves.
 */
export function unsealedFacts(db: Db, since: Instant): Generator<Fact, void, void> {
	const streams = [personFacts(db), awayFacts(db), factorFacts(db), appointmentFacts(db)];
	const corrected = [correctedFacts(db, 'absences'), correctedFacts(db, 'factors')];
	return ordered([...streams, ...corrected, exposureFacts(db, since), conversationFacts(db), outcomeFacts(db)], (a, b) => a.at < b.at);
}
