import { hasRole, type Viewer } from '../viewer.ts';

export type StartPage = '/welcome/sharing' | '/today' | '/prompts' | '/admin' | '/support';

/**
 * Where somebody begins: the question that their role answers first. Who has a team, and so people to share with, is asked once
 * what they would like to share.
 */
export function startPage(viewer: Viewer): StartPage {
	if (viewer.homeTeam && !viewer.sharingAsked) return '/welcome/sharing';
	if (hasRole(viewer, 'moderator')) return '/today';
	if (hasRole(viewer, 'lead', 'welfare', 'peer', 'head_of_welfare')) return '/prompts';
	return hasRole(viewer, 'admin') ? '/admin' : '/support';
}
