import type { Instant } from '#lib/domain/time.ts';
import type { Db } from '../db/connection.ts';
import { notFound } from '../refusal.ts';
import { hasRole, type Viewer } from '../viewer.ts';
import { impactAssessment } from './assessment.ts';
import { configurationOf, type Configuration, type PaperSettings } from './configuration.ts';
import { paperIds, type Paper, type PaperId, type PaperKind, type PaperText } from './paper.ts';
import { processingRecord } from './processing-record.ts';
import { retentionTable } from './retention-table.ts';
import { staffNotice } from './staff-notice.ts';
import { worksCouncil } from './works-council.ts';

interface Kind extends PaperKind {
	write: (configuration: Configuration) => PaperText;
}

/**
 * Everybody reads what is written for them. The record of processing and the assessment are drafts of the organisation's own: they say where
 * its protection is weak, and what it has still to decide.
 */
const kinds: Readonly<Record<PaperId, Omit<Kind, 'id'>>> = {
	'staff-notice': {
		...{ title: 'Privacy notice for staff', readers: 'everybody', onePage: false, write: staffNotice },
		about: 'What is kept about people, who sees which part, for how long, and what each can do about it. To hand out before anybody begins.'
	},
	'works-council': {
		...{ title: 'Summary for a works council', readers: 'everybody', onePage: true, write: worksCouncil },
		about: 'One sheet for those who represent the staff: what it does, what it does not, and what people decide themselves.'
	},
	retention: {
		...{ title: 'Retention table', readers: 'everybody', onePage: false, write: retentionTable },
		about: 'How long each class of records is kept, what happens then, and what can stop it.'
	},
	processing: {
		...{ title: 'Record of processing', readers: 'authors', onePage: false, write: processingRecord },
		about: 'What the organisation has to keep ready for its supervisory authority (GDPR, Article 30), as far as Breakwater knows it.'
	},
	assessment: {
		...{ title: 'Impact assessment', readers: 'authors', onePage: false, write: impactAssessment },
		about:
			'Filled in with what this Breakwater does and what is there against its risks (GDPR, Article 35); the judging is the organisation’s.'
	}
};

const mayRead = (viewer: Viewer, id: PaperId) => kinds[id].readers === 'everybody' || hasRole(viewer, 'admin', 'head_of_welfare');

/** The papers that the viewer may read. */
export function papersFor(viewer: Viewer): PaperKind[] {
	return paperIds.filter((id) => mayRead(viewer, id)).map((id) => kindOf(id));
}

function kindOf(id: PaperId): PaperKind {
	const { title, about, readers, onePage } = kinds[id];
	return { id, title, about, readers, onePage };
}

/**
 * A paper, written from how everything is set at `now`: the organisation's policy, not that of a team.
 * @throws Refusal `not-found` for one that the viewer may not read, and for an unknown one
 */
export function paperFor(db: Db, viewer: Viewer, id: string, settings: PaperSettings, now: Instant): Paper {
	const found = papersFor(viewer).find((each) => each.id === id);
	if (!found) throw notFound();
	const configuration = configurationOf(db, settings, now);
	const { title, onePage } = found;
	const { organisation, made, sample } = configuration;
	return { ...{ id: found.id, title, onePage, organisation, made, sample }, ...kinds[found.id].write(configuration) };
}
