import { redirect, type RequestEvent } from '@sveltejs/kit';
import Database from 'better-sqlite3';
import { building } from '$app/env';

/** What a form that stores one row costs at least, with the file, the cipher and the PRAGMAs of Breakwater. */
const insert = building ? null : open().prepare('insert into rows (start_at, end_at) values (?, ?)');

function open(): Database.Database {
	const db = new Database(process.env.BARE_DATABASE ?? 'bare.db');
	db.pragma(`cipher = 'sqlcipher'`);
	db.pragma(`key = "x'${'0f'.repeat(32)}'"`);
	for (const setting of [
		'journal_mode = WAL',
		'synchronous = FULL',
		'foreign_keys = ON',
		'busy_timeout = 5000',
		'trusted_schema = OFF',
		'cache_size = -4000',
		'wal_autocheckpoint = 4000'
	])
		db.pragma(setting);
	db.exec('create table if not exists rows (id integer primary key, start_at text not null, end_at text not null) strict');
	return db;
}

export const actions = {
	default: async ({ request }: RequestEvent) => {
		const data = await request.formData();
		insert?.run(String(data.get('start')), String(data.get('end')));
		redirect(303, '/');
	}
};
