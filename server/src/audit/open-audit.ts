import { createSecretKey, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { AuditTrail, type Redactor } from '@callsheet/monitoring';
import type { ToolLog } from '@callsheet/protocol';
import { authFolder } from '../auth/key-store.ts';
import { openSecretFile } from '../auth/secret-file.ts';
import { readIfThere } from '../auth/stored-file.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/settings.ts';

export interface AuditParts {
  readonly clock: Clock;
  readonly log: ToolLog;
  readonly redactor: Redactor;
}

/** The folder of the audit trail. */
export function auditFolder({ server }: Pick<Config, 'server'>): string {
  return join(server.dataDir, 'audit');
}

/** The key the trail is signed with: that of the settings, else one made at the first start and kept beside the others. */
export async function auditKey({ audit, server }: Pick<Config, 'audit' | 'server'>): Promise<KeyObject> {
  if (audit.secret !== undefined) return createSecretKey(Buffer.from(audit.secret, 'utf8'));
  return createSecretKey(await openSecretFile(join(authFolder(server.dataDir), 'audit-key')));
}

/** The same for whoever only reads: a key that is made now cannot have signed anything. @throws Error when there is none */
export async function auditKeyThere({ audit, server }: Pick<Config, 'audit' | 'server'>): Promise<KeyObject> {
  const file = join(authFolder(server.dataDir), 'audit-key');
  if (audit.secret === undefined && (await readIfThere(file)) === undefined) {
    throw new Error(
      `Cannot verify the audit trail: there is neither audit.secret nor "${file}", so nothing says which key it was signed with`,
    );
  }
  return auditKey({ audit, server });
}

/** Goes on with the trail of the data directory; undefined when the settings want none. */
export async function openAudit(config: Config, { clock, log, redactor }: AuditParts): Promise<AuditTrail | undefined> {
  if (!config.audit.enabled) return undefined;
  return AuditTrail.open({
    folder: auditFolder(config),
    key: await auditKey(config),
    now: () => clock.now(),
    after: (ms, callback) => clock.after(ms, callback),
    redactor,
    log,
    maxFileBytes: config.audit.maxFileBytes,
  });
}
