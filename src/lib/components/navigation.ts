import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import BookOpen from '@lucide/svelte/icons/book-open';
import CalendarHeart from '@lucide/svelte/icons/calendar-heart';
import CalendarOff from '@lucide/svelte/icons/calendar-off';
import ChartColumn from '@lucide/svelte/icons/chart-column';
import Building2 from '@lucide/svelte/icons/building-2';
import ClipboardCheck from '@lucide/svelte/icons/clipboard-check';
import HeartHandshake from '@lucide/svelte/icons/heart-handshake';
import History from '@lucide/svelte/icons/history';
import MessageCircle from '@lucide/svelte/icons/message-circle';
import Settings from '@lucide/svelte/icons/settings';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Users from '@lucide/svelte/icons/users';
import type { Component } from 'svelte';
import { resolve } from '$app/paths';

type Roles = readonly string[];

export interface Place {
	/** For a link; its path alone tells whether it is the present page. */
	href: string;
	label: string;
	icon: Component;
	/** Where prompts are: it says how many are new. */
	prompts?: true;
}

const supervising: Roles = ['lead', 'welfare', 'peer', 'head_of_welfare'];
const has = (roles: Roles, wanted: Roles) => roles.some((role) => wanted.includes(role));

/** Where somebody with these roles can go, most used first. */
export function placesFor(roles: Roles): Place[] {
	const moderates = has(roles, ['moderator']);
	const places: (Place | false)[] = [
		moderates && { href: resolve('/(app)/today'), label: 'Today', icon: CalendarClock },
		has(roles, supervising) && { href: resolve('/(app)/prompts'), label: 'A word', icon: MessageCircle, prompts: true },
		moderates && { href: resolve('/(app)/check-in'), label: 'Check-in', icon: ClipboardCheck },
		has(roles, ['welfare']) && {
			href: resolve('/(app)/appointments'),
			// A soft hyphen: in the bar of a narrow screen the word would lie over the next.
			label: 'Appoint\u00adments',
			icon: CalendarHeart
		},
		{ href: resolve('/(app)/support'), label: 'Support', icon: HeartHandshake },
		moderates && { href: resolve('/(app)/history'), label: 'History', icon: History },
		{ href: resolve('/(app)/absences'), label: 'Absences', icon: CalendarOff },
		has(roles, ['lead', 'welfare', 'head_of_welfare']) && { href: resolve('/(app)/people'), label: 'People', icon: Users },
		{ href: resolve('/(app)/privacy'), label: 'My privacy', icon: ShieldCheck },
		has(roles, ['admin', 'head_of_welfare']) && { href: resolve('/(app)/admin'), label: 'Organisation', icon: Building2 },
		{ href: resolve('/(app)/reports'), label: 'Reports', icon: ChartColumn },
		{ href: resolve('/(app)/guides'), label: 'Guides', icon: BookOpen },
		{ href: resolve('/(app)/settings'), label: 'Settings', icon: Settings }
	];
	return places.filter((place) => place !== false);
}
