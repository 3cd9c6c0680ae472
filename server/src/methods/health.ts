import type { Health } from '../health.ts';
import type { Method } from './method.ts';

/** `server/health`. */
export function healthMethods(health: () => Promise<Health> | Health): Record<'server/health', Method> {
  return { 'server/health': () => health() };
}
