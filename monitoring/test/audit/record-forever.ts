/** Records as fast as it can (`record-forever.ts <folder>`), and prints `<run> <lines>` after each flush, until it is killed. */
import { createSecretKey } from 'node:crypto';
import { keptLog } from '../../../server/test/kept-log.ts';
import { AuditTrail, Redactor } from '../../src/index.ts';

const trail = await AuditTrail.open({
  folder: process.argv[2] ?? '',
  key: createSecretKey(Buffer.alloc(32, 7)),
  now: Date.now,
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  redactor: new Redactor(),
  log: keptLog(),
  maxFileBytes: 20_000,
  checkpointEvery: 7,
});
for (let line = 1; ; line++) {
  trail.record({ kind: 'call', action: 'create_video', decision: 'allowed', requestId: `${process.pid}-${line}` });
  if (line % 5 === 0) await new Promise(setImmediate);
  if (line % 50 !== 0) continue;
  await trail.flush();
  process.stdout.write(`${process.pid} ${line}\n`);
}
