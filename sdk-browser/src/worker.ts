export { serveTabs, type WorkerScope } from './worker/serve-tabs.ts';
export type { Ended, TabPort } from './worker/tab-port.ts';
export { workerTransport } from './worker/worker-transport.ts';
