import { createSecretKey, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { AuditTrail, type Redactor } from '@callsheet/monitoring';
import type { ToolLog } from '@callsheet/protocol';
import { authFolder } from '../auth/key-store.ts';
import { openSecretFile } from '../auth/secret-file.ts';
import { readIfThere } from '../auth/stored-file.ts';
import type { Clock } from '../clock.ts';
import type { Environment } from '../config/read-environment.ts';
import type { Config } from '../config/settings.ts';
import { PolicyFile } from '../policy/file/policy-file.ts';
import { rulesFromSettings } from '../policy/from-settings.ts';

export interface AuditParts {
  readonly clock: Clock;
  readonly log: ToolLog;
  readonly redactor: Redactor;
  readonly env: Environment;
}

/** The folder of the audit trail. */
export function auditFolder({ server }: Pick<Config, 'server'>): string {
  return join(server.dataDir, 'audit');
}

/** What the settings, or the variable the policy file names, say the trail is signed with. */
async function givenSecret(config: Config, env: Environment): Promise<string | undefined> {
  if (config.audit.secret !== undefined || config.policy.file === undefined) return config.audit.secret;
  const { auditSecretVariable } = await new PolicyFile(config.policy.file, rulesFromSettings(config)).read();
  return auditSecretVariable === undefined ? undefined : env[auditSecretVariable] || undefined;
}

/**
 * The key the trail is signed with: `audit.secret`, else the variable the policy file names, else 32 bytes made at the first
 * start and kept beside the other secrets.
 */
export async function auditKey(config: Config, env: Environment): Promise<KeyObject> {
  const secret = await givenSecret(config, env);
  return createSecretKey(secret === undefined ? await openSecretFile(keyFileOf(config)) : Buffer.from(secret, 'utf8'));
}

/** The same for whoever only reads: a key that is made now cannot have signed anything. @throws Error when there is none */
export async function auditKeyThere(config: Config, env: Environment): Promise<KeyObject> {
  const file = keyFileOf(config);
  if ((await givenSecret(config, env)) === undefined && (await readIfThere(file)) === undefined) {
    throw new Error(
      `Cannot verify the audit trail: there is neither audit.secret nor "${file}", so nothing says which key it was signed with`,
    );
  }
  return auditKey(config, env);
}

function keyFileOf({ server }: Pick<Config, 'server'>): string {
  return join(authFolder(server.dataDir), 'audit-key');
}

/** Goes on with the trail of the data directory; undefined when the settings want none. */
export async function openAudit(
  config: Config,
  { clock, log, redactor, env }: AuditParts,
): Promise<AuditTrail | undefined> {
  if (!config.audit.enabled) return undefined;
  return AuditTrail.open({
    folder: auditFolder(config),
    key: await auditKey(config, env),
    now: () => clock.now(),
    after: (ms, callback) => clock.after(ms, callback),
    redactor,
    log,
    maxFileBytes: config.audit.maxFileBytes,
  });
}
