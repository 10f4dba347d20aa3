import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** A mutant that a table kills in a millisecond need not wait for the properties: they come last. */
class TablesFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const [tables, slow] = [false, true].map((last) => files.filter(({ moduleId }) => /property|engine|absences/.test(moduleId) === last));
		return [...(tables ?? []), ...(slow ?? [])];
	}
}

// What Stryker runs against each mutant: the domain's tests alone, without Kit, and each property a few times only.
export default defineConfig({
	test: {
		include: ['tests/domain/**/*.test.ts'],
		environment: 'node',
		isolate: false,
		sequence: { sequencer: TablesFirst },
		env: { PROPERTY_RUNS: '8' }
	}
});
