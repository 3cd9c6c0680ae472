// Coverage counts what the tests run in their own process. Child processes and threads load the same sources through
// another transform, and merging two transforms of one file gives lines that never were.
delete process.env.NODE_V8_COVERAGE;
