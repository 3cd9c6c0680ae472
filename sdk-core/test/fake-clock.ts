export { FakeClock, settle } from '../src/testing.ts';
