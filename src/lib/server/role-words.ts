import type { Role } from './viewer.ts';

/** What a role is called on screens. */
export const roleWords: Record<Role, string> = {
	moderator: 'Moderator',
	lead: 'Lead',
	welfare: 'Welfare officer',
	peer: 'Peer supporter',
	admin: 'Administrator',
	head_of_welfare: 'Head of welfare'
};

/** `Lead of Harbour`, `Administrator`. */
export function roleInTeam(role: Role, team: string | null): string {
	return team === null ? roleWords[role] : `${roleWords[role]} of ${team}`;
}
