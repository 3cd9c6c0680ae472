// A gateway, a clock and a client for tests: in memory, without sockets, waits or real time.
export { CallError } from '@callsheet/protocol';
export { FakeClock, fakeClock } from './testing/fake-clock.ts';
export { type Handler, ScriptedGateway, type ScriptedGatewayOptions, SESSION } from './testing/scripted-gateway.ts';
export { type Settle, settle } from './testing/settle.ts';
export { testClient } from './testing/test-client.ts';
export { createTestGateway, TestGateway, type TestGatewayOptions } from './testing/test-gateway.ts';
export { type Received, TestLine } from './testing/test-line.ts';
export { TestSession } from './testing/test-session.ts';
export type { TestCall, TestRun, TestTool, TestToolContext, TestTools } from './testing/test-tools.ts';
export { TestTopic, TestTopics } from './testing/test-topics.ts';
