import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { logChannel } from '../../../src/alerts/channels/log.ts';
import { itsEnd, someNotice } from '../notify/some-notice.ts';
import { never } from './receiver.ts';

function recorder() {
  const written: [level: string, fields: JsonObject, message: string][] = [];
  const at = (level: string) => (fields: JsonObject, message: string) => void written.push([level, fields, message]);
  return { written, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

describe('a log channel', () => {
  it('writes each notice as bad as it is', async () => {
    const log = recorder();
    const severities = ['info', 'warning', 'error', 'critical'] as const;
    await logChannel({ log }).deliver([...severities.map((severity) => someNotice({ severity })), itsEnd()], never);
    expect(log.written.map(([level]) => level)).to.deep.equal(['info', 'warn', 'error', 'error', 'info']);
    expect(log.written.at(-1)?.[2]).to.equal('[RESOLVED] high_error_rate: 12 errors in 300 s');
  });

  it('writes what it knows as fields, in one line', async () => {
    const log = recorder();
    const annotations = { summary: 'two\r\nlines' };
    await logChannel({ log, name: 'file' }).deliver(
      [someNotice({ annotations, value: Number.POSITIVE_INFINITY })],
      never,
    );
    const [[, fields, message] = expect.fail('nothing was written')] = log.written;
    expect(message).to.equal('[FIRING] high_error_rate: two lines');
    expect(fields).to.deep.equal({
      event: 'alert',
      rule: 'high_error_rate',
      status: 'triggered',
      severity: 'warning',
      metric: 'mcp.operations.error',
      value: 'Infinity',
      condition: '> 10',
      labels: { tool: 'create_video', alertname: 'high_error_rate', severity: 'warning' },
      fingerprint: someNotice().fingerprint,
    });
  });

  it('needs a log', () => {
    expect(() => logChannel({} as never)).to.throw(TypeError, 'option "log" must be an object with info, warn, error');
  });
});
