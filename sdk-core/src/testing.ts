// A gateway, a clock and a client for tests: in memory, without sockets, waits or real time.
export { FakeClock, fakeClock } from './testing/fake-clock.ts';
export { type Handler, ScriptedGateway, type ScriptedGatewayOptions, SESSION } from './testing/scripted-gateway.ts';
export { type Settle, settle } from './testing/settle.ts';
export { type Received, TestLine } from './testing/test-line.ts';
export { TestSession } from './testing/test-session.ts';
