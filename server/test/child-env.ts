/**
 * The environment for processes a test starts. Coverage is measured in the test's own process: what a killed child leaves
 * behind is half a measurement, and would be taken for lines that nobody runs.
 */
export const childEnv: NodeJS.ProcessEnv = { ...process.env, NODE_V8_COVERAGE: '' };
