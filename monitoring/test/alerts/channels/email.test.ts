import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { type EmailOptions, email } from '../../../src/alerts/channels/email.ts';
import { mailOf } from '../../../src/alerts/channels/mail.ts';
import { DeliveryError } from '../../../src/alerts/notify/channel.ts';
import { itsEnd, noticeOf, someNotice } from '../notify/some-notice.ts';
import { failureOf, never } from './receiver.ts';

interface Received {
  readonly to: readonly string[];
  readonly text: string;
}

describe('an email channel', () => {
  const open: SMTPServer[] = [];
  afterEach(() =>
    Promise.all(open.splice(0).map((server) => new Promise<void>((resolve) => server.close(() => resolve())))),
  );

  /** A mail server on this machine; takes everything unless told otherwise. */
  async function start(options: SMTPServerOptions = {}) {
    const mails: Received[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      closeTimeout: 100,
      onData(stream, { envelope }, callback) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          mails.push({
            to: envelope.rcptTo.map(({ address }) => address),
            text: Buffer.concat(chunks).toString('utf8'),
          });
          callback();
        });
      },
      ...options,
    });
    open.push(server);
    // A client that is cut off is no failure of the server.
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    return { mails, port: (server.server.address() as AddressInfo).port };
  }
  const channelTo = (port: number, more: Partial<EmailOptions> = {}, smtp: Partial<EmailOptions['smtp']> = {}) =>
    email({
      smtp: { host: '127.0.0.1', port, requireTls: false, ...smtp },
      from: 'Callsheet <alerts@gateway.example>',
      to: ['ops@example.com', 'Night Shift <night@example.com>'],
      ...more,
    });

  it('sends a mail with the fingerprint of its alert', async () => {
    const { mails, port } = await start();
    const annotations = { summary: '12 errors', description: 'Far too many.', runbook: 'https://wiki.example/errors' };
    await channelTo(port).deliver([itsEnd({ annotations })], never);
    const [{ to, text } = expect.fail('no mail came')] = mails;
    const { fingerprint } = someNotice();
    expect(to).to.deep.equal(['ops@example.com', 'night@example.com']);
    expect(text).to.include('From: Callsheet <alerts@gateway.example>\r\n');
    expect(text).to.include('Subject: [RESOLVED] high_error_rate: 12 errors\r\n');
    expect(text).to.include(`X-Alert-Fingerprint: ${fingerprint}\r\n`);
    expect(text).to.include(`References: <${fingerprint}@callsheet.invalid>\r\n`);
    expect(text).to.include('Auto-Submitted: auto-generated\r\n');
    for (const sentence of [
      'metric mcp.operations.error was 3 (> 10), severity warning',
      'Far too many.',
      'runbook: https://wiki.example/errors',
      'since 2026-11-21T13:30:00.000Z until 2026-11-21T13:30:30.000Z',
      'tool: create_video',
    ]) {
      expect(text).to.include(`${sentence}\r\n`);
    }
  });

  it('tells several alerts in one mail', async () => {
    const { mails, port } = await start();
    const notices = [someNotice(), noticeOf('jobs_waiting')];
    await channelTo(port, { to: 'ops@example.com' }).deliver(notices, never);
    expect(mails).to.have.length(1);
    const unfolded = mails[0]?.text.replaceAll(/\r\n[ \t]+/g, ' ');
    expect(unfolded).to.include('Subject: [2 firing, 0 resolved] high_error_rate, jobs_waiting');
    expect(unfolded).to.include(`X-Alert-Fingerprint: ${notices.map(({ fingerprint }) => fingerprint).join(', ')}`);
    expect(unfolded).to.not.include('References:');
  });

  it('lets nothing that a rule says become a header', async () => {
    const { mails, port } = await start();
    const evil = 'x\r\nBcc: evil@example.com\r\n\r\nX-Injected: yes';
    const notice = {
      ...someNotice({ rule_name: evil, annotations: { summary: evil, description: evil }, labels: { [evil]: evil } }),
      fingerprint: evil,
    };
    await channelTo(port, { to: 'ops@example.com' }).deliver([notice], never);
    const [{ to, text } = expect.fail('no mail came')] = mails;
    const head = text.slice(0, text.indexOf('\r\n\r\n'));
    expect(to).to.deep.equal(['ops@example.com']);
    expect(head).to.not.match(/^(?:Bcc|X-Injected):/im);
    expect(
      head
        .match(/^[\w-]+(?=:)/gm)
        ?.map((name) => name.toLowerCase())
        .sort(),
    ).to.deep.equal([
      ...['auto-submitted', 'content-transfer-encoding', 'content-type', 'date', 'from', 'message-id', 'mime-version'],
      ...['references', 'subject', 'to', 'x-alert-fingerprint'],
    ]);
  });

  it('writes headers in one line each, whatever an alert says', () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(text, text, text, (rule_name, summary, fingerprint) => {
        const notice = { ...someNotice({ rule_name, annotations: { summary } }), fingerprint };
        const { subject, headers } = mailOf([notice]);
        expect(subject.length).to.be.at.most(200);
        for (const line of [subject, ...Object.values(headers)]) expect(line).to.not.match(/[\p{Cc}\u2028\u2029]/u);
      }),
    );
  });

  it('signs in, and says when it may not, without the password', async () => {
    const { mails, port } = await start({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, callback) =>
        password === 'planted-password'
          ? callback(null, { user: username })
          : callback(new Error(`wrong password ${password} of ${username}`)),
    });
    await channelTo(port, {}, { user: 'gateway', password: 'planted-password' }).deliver([someNotice()], never);
    expect(mails).to.have.length(1);
    const other = channelTo(port, {}, { user: 'gateway', password: 'planted-mistake' });
    const failure = await failureOf(other.deliver([someNotice()], never));
    expect(failure).to.be.instanceOf(DeliveryError).with.property('retryable', false);
    expect(failure).to.have.property('message').that.includes('check the addresses, the user and the password');
    expect(inspect(failure, { depth: 9 }))
      .to.include('[REDACTED]')
      .and.not.include('planted');
    expect(inspect(other, { depth: 9 })).to.not.include('planted');
  });

  it('sends no mail in the clear unless it may', async () => {
    const { mails, port } = await start();
    const failure = await failureOf(channelTo(port, {}, { requireTls: true }).deliver([someNotice()], never));
    expect(failure).to.be.instanceOf(DeliveryError);
    expect(mails).to.deep.equal([]);
  });

  it('tries again what a server cannot take now, and not what it never will', async () => {
    const outcomes: [number, boolean][] = [
      [451, true],
      [550, false],
    ];
    for (const [responseCode, retryable] of outcomes) {
      const { port } = await start({
        onRcptTo: (_address, _session, callback) => callback(Object.assign(new Error('no'), { responseCode })),
      });
      const failure = await failureOf(channelTo(port).deliver([someNotice()], never));
      expect(failure, String(responseCode)).to.be.instanceOf(DeliveryError).with.property('retryable', retryable);
    }
  });

  it('ends when it is told to, while the server keeps it waiting', async () => {
    let waiting = () => {};
    const connected = new Promise<void>((resolve) => {
      waiting = resolve;
    });
    const { port } = await start({ onConnect: () => waiting() });
    const abort = new AbortController();
    const failure = failureOf(channelTo(port).deliver([someNotice()], abort.signal));
    await connected;
    abort.abort(new Error('enough'));
    expect(await failure)
      .to.be.instanceOf(DeliveryError)
      .with.property('retryable', true);
  });

  it('says what to install when nodemailer is missing', async () => {
    const load = () =>
      Promise.reject(Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' }));
    const sentence =
      'Cannot send mails: the package "nodemailer" cannot be loaded; install it with `npm install nodemailer`';
    for (const loader of [load, async () => ({ default: {} })]) {
      const failure = await failureOf(channelTo(1, { load: loader }).deliver([someNotice()], never));
      expect(failure).to.be.instanceOf(DeliveryError).with.property('message', sentence);
      expect(failure).to.have.property('retryable', false);
    }
  });

  it('is refused with options that do not fit', () => {
    const good = { smtp: { host: 'mail.example' }, from: 'a@b.example', to: 'c@d.example' };
    const sentences: [object, string][] = [
      [{ smtp: undefined }, 'option "smtp" must be an object with the host of a mail server; it is missing'],
      [{ smtp: {} }, 'in "smtp": option "host" must be a host name'],
      [{ smtp: { host: 'x', port: 0 } }, 'in "smtp": option "port" must be a port, 1 to 65535; it is 0'],
      [{ smtp: { host: 'x', user: 'u' } }, 'user and password of "smtp" belong together; give both or neither'],
      [{ from: 'nobody' }, 'option "from" must be one mail address, alone or as "Name <address>"; it is "nobody"'],
      [{ from: 'a@b.example\r\nBcc: x@y.example' }, 'option "from" must be one mail address'],
      [{ from: 'A\r\nBcc: x@y.example <a@b.example>' }, 'option "from" must be one mail address'],
      [{ to: 'a@b.example, c@d.example' }, 'option "to" must be a mail address or a list of at most 50'],
      [{ to: [] }, 'option "to" must be a mail address or a list of at most 50'],
    ];
    for (const [options, sentence] of sentences) {
      expect(() => email({ ...good, ...options } as EmailOptions), sentence).to.throw(TypeError, sentence);
    }
    expect(email(good).name).to.equal('email');
  });
});
