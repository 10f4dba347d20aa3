import { faultLines } from '#lib/server/fault-report.ts';

/** Imported by each command: Node would print what a fault that nobody caught says, and the line of the program around it. */
process.on('uncaughtException', endUnexpectedly);

/** Prints a fault that nobody foresaw, without what it says, and ends with status 1. */
export function endUnexpectedly(fault: unknown): never {
	console.error(faultLines(fault));
	process.exit(1);
}
