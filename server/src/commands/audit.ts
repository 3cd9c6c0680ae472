import { existsSync } from 'node:fs';
import { verifyAudit } from '@callsheet/monitoring';
import { auditFolder, auditKeyThere } from '../audit/open-audit.ts';
import { defineCommand } from './command.ts';

const verify = defineCommand({
  words: 'audit verify',
  summary: 'tell whether the audit trail is whole, and where it is not; beside a running gateway too',
  options: {
    since: { type: 'string', value: 'FILE', help: 'begin at this file: what is before was looked into already' },
    json: { type: 'boolean', help: 'as JSON, for programs' },
  },
  async run({ terminal: { stdout, stderr, env }, loaded: { config }, values: { since, json } }) {
    const folder = auditFolder(config);
    if (!existsSync(folder)) throw new Error(`Cannot verify the audit trail: there is none in "${folder}"`);
    const key = await auditKeyThere(config, env);
    const found = await verifyAudit({ folder, key, ...(since !== undefined && { since }) });
    if (json === true) stdout.write(`${JSON.stringify(found)}\n`);
    else if (found.ok) {
      stdout.write(`whole: ${found.lines} lines, ${found.checkpoints} checkpoints, up to line ${found.lastSeq}\n`);
    } else stderr.write(`Cannot trust the audit trail: ${found.file}, line ${found.line}: ${found.reason}\n`);
    return found.ok ? 0 : 1;
  },
});

export const auditCommands = [verify];
