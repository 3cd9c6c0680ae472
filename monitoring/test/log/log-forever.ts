/**
 * Logs as fast as it can (`log-forever.ts <folder> <files kept>`), and prints `<run> <calls>` after each flush, until it is
 * killed. With `fault` as a third word it ends after a while by a fault that nobody catches.
 */
import { keptLog } from '../../../server/test/kept-log.ts';
import { openLogs } from '../../src/log/logs.ts';
import { Redactor } from '../../src/redaction/redactor.ts';
import { publish, request, SECRET } from './open-logs.ts';

const [, , folder = '', filesKept = '', ending] = process.argv;
const FAULT_AT = 1_234;

const logs = await openLogs({
  folder,
  limits: { maxFileBytes: 65_536, filesKept: Number(filesKept), metricsEveryMs: 10, callsAlone: 1_000_000 },
  redactor: new Redactor({ secrets: [SECRET] }),
  snapshot: () => ({ 'mcp.tools.calls': 1, told: SECRET }),
  clock: {
    now: Date.now,
    after: (ms, callback) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  },
  log: keptLog(),
  atExit: (last) => {
    process.once('exit', last);
    return () => process.off('exit', last);
  },
});
for (let call = 1; ; call++) {
  const requestId = `${process.pid}-${call}`;
  publish('requestEnd', request({ requestId, params: { name: call % 7 === 0 ? SECRET : 'echo' } }));
  const job = { jobId: requestId, tool: 'echo', principalId: SECRET, parent: undefined };
  publish('job', { ...job, type: 'submitted' });
  if (ending === 'fault' && call === FAULT_AT) {
    process.stdout.write(`${process.pid} ${call}\n`);
    setImmediate(() => {
      throw new Error('nobody catches this');
    });
    break;
  }
  if (call % 20 === 0) await new Promise(setImmediate);
  if (call % 400 !== 0) continue;
  await logs.flush();
  process.stdout.write(`${process.pid} ${call}\n`);
}
