export type { Gateway } from './gateway.ts';
export type { Health } from './health.ts';
export { type GatewaySettings, startGateway } from './start-gateway.ts';
