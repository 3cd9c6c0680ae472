import type { KeyObject } from 'node:crypto';
import { type AuditQuery, type AuditTrail, verifyAudit } from '@callsheet/monitoring';
import { CallError } from '@callsheet/protocol';
import type { Method } from './method.ts';

/** A trail that is being written, and what it takes to check it. */
export interface OpenAudit {
  readonly trail: AuditTrail;
  readonly folder: string;
  readonly key: KeyObject;
}

const PAGE = 100;

/** `audit/query` and `audit/verify`. */
export function auditMethods(audit: OpenAudit | undefined): Record<'audit/query' | 'audit/verify', Method> {
  const known = (): OpenAudit => {
    if (audit !== undefined) return audit;
    throw new CallError('NOT_IMPLEMENTED', 'Cannot read the audit trail: this gateway keeps none; see audit.enabled');
  };
  return {
    'audit/query': async ({ _meta, limit = PAGE, ...query }) => {
      try {
        return await known().trail.query({ ...query, limit } as AuditQuery);
      } catch (error) {
        if (error instanceof RangeError) throw new CallError('INVALID_PARAMS', error.message, { cause: error });
        throw error;
      }
    },
    'audit/verify': async () => {
      const { trail, folder, key } = known();
      await trail.flush();
      return verifyAudit({ folder, key });
    },
  };
}
