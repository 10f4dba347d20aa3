import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const long = /property|engine|absences|attack|case-content|delivery/;

/** A mutant that a table kills in a millisecond need not wait for the properties and the other long tests: they come last. */
class TablesFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		return files.toSorted((a, b) => Number(long.test(a.moduleId)) - Number(long.test(b.moduleId)));
	}
}

// What Stryker runs against each mutant: the domain's tests alone, without Kit, and each property a few times only.
export default defineConfig({
	test: {
		include: ['tests/domain/**/*.test.ts'],
		environment: 'node',
		isolate: false,
		sequence: { sequencer: TablesFirst },
		// Each line of what is mutated counts itself: what takes half a second else takes ten times as long on a busy machine.
		testTimeout: 60_000,
		env: { PROPERTY_RUNS: '8' }
	}
});
