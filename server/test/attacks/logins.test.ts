import { expect } from 'chai';
import { command } from '../gateway/running.ts';
import { useBystander } from './bystander.ts';
import { Caller } from './caller.ts';
import { freshAddress } from './doors.ts';
import { useTarget } from './target.ts';

const PASSWORD = 'correct horse battery staple';

interface LoginAnswer {
  readonly status: number;
  readonly body: {
    readonly error?: string;
    readonly code?: number;
    readonly token: string;
    readonly refresh_token: string;
  };
  readonly retryAfter: string | null;
}

describe('attacks on logins', () => {
  const target = useTarget();
  const bystander = useBystander(target);
  before(async () => {
    const made = ['ann', 'ben', 'cyd'].map(async (name) => {
      const words = ['users', 'create', name, '--password-stdin', '--config', target().settingsFile];
      const { child, exit, output } = command(words);
      child.stdin?.end(`${PASSWORD}\n`);
      expect(await exit, output().stderr).to.equal(0);
    });
    await Promise.all(made);
  });

  const post = async (path: string, body: object | string, address = freshAddress(), type = 'application/json') => {
    const answer = await fetch(`${target().httpUrl}/api/auth/${path}`, {
      method: 'POST',
      headers: { 'content-type': type, 'x-forwarded-for': address },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    const { status, headers } = answer;
    return { status, body: text === '' ? {} : JSON.parse(text), retryAfter: headers.get('retry-after') } as LoginAnswer;
  };
  const login = (username: string, password: string, address?: string) =>
    post('login', { username, password }, address);

  it('find a good one let in, so that the rest means something', async () => {
    const { status, body } = await login('ann', PASSWORD);
    expect(status).to.equal(200);
    const caller = await Caller.open(target(), { key: body.token });
    expect((await caller.ask('ping')).result).to.deep.equal({});
    caller.cut();
  });

  it('learn nothing of who exists: a wrong password and an unknown name read the same', async () => {
    const [known, unknown] = [await login('ann', 'not it'), await login('nobody', 'not it')];
    expect([known.status, unknown.status]).to.deep.equal([401, 401]);
    expect({ ...known.body, request_id: '' }).to.deep.equal({ ...unknown.body, request_id: '' });
    for (const name of ['__proto__', 'constructor', "ann' OR '1'='1", 'ann\u0000', '../ann']) {
      expect((await login(name, PASSWORD)).status, name).to.be.oneOf([400, 401]);
    }
  });

  it('end after five passwords for one name from one address, the right one too; others go on', async () => {
    const address = freshAddress();
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      expect((await login('ben', `guess ${attempt}`, address)).status, `${attempt}`).to.equal(401);
    }
    const refused = await login('ben', PASSWORD, address);
    expect([refused.status, refused.body.code]).to.deep.equal([429, 4290]);
    expect(Number(refused.retryAfter)).to.be.greaterThan(0);
    expect((await login('ben', PASSWORD)).status, 'from elsewhere').to.equal(200);
  });

  it('end for an address that tries one password on many names', async () => {
    const address = freshAddress();
    const statuses = new Set<number>();
    for (let tried = 0; tried < 30 && !statuses.has(429); tried += 3) {
      const three = [0, 1, 2].map((more) => login(`name${tried + more}`, 'Password1', address));
      for (const { status } of await Promise.all(three)) statuses.add(status);
    }
    expect([...statuses]).to.include(429);
  });

  it('gain nothing by a stolen refresh token: its second use ends the whole family and its sessions', async () => {
    const first = (await login('cyd', PASSWORD)).body;
    const second = (await post('refresh', { refresh_token: first.refresh_token })).body;
    const caller = await Caller.open(target(), { key: second.token });
    expect((await post('refresh', { refresh_token: first.refresh_token })).status).to.equal(401);
    expect((await caller.closed).code).to.equal(4401);
    expect((await post('refresh', { refresh_token: second.refresh_token })).status).to.equal(401);
  });

  it('cannot be sent by a form or as plain text: 415, and 413 for more than anybody needs', async () => {
    const form = `username=ann&password=${encodeURIComponent(PASSWORD)}`;
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      expect((await post('login', form, freshAddress(), type)).status, type).to.equal(415);
    }
    const json = JSON.stringify({ username: 'ann', password: PASSWORD });
    expect((await post('login', json, freshAddress(), 'text/plain')).status).to.equal(415);
    expect((await login('ann', 'x'.repeat(100_000))).status).to.equal(413);
  });

  it('cannot be sent by a foreign page, and are never kept in a cache', async () => {
    const body = JSON.stringify({ username: 'ann', password: PASSWORD });
    const headers = { 'content-type': 'application/json', origin: 'https://evil.example' };
    expect((await fetch(`${target().httpUrl}/api/auth/login`, { method: 'POST', headers, body })).status).to.equal(403);
    const own = { 'content-type': 'application/json', 'x-forwarded-for': freshAddress() };
    const good = await fetch(`${target().httpUrl}/api/auth/login`, { method: 'POST', headers: own, body });
    expect(good.headers.get('cache-control')).to.equal('no-store');
  });

  it('keep nobody from working: a caller is answered while 60 passwords are tried at once', async () => {
    const outcomes: LoginAnswer[] = [];
    const attempts = Array.from({ length: 60 }, async (_, index) => outcomes.push(await login(`crowd${index}`, 'x')));
    let answered = 0;
    while (outcomes.length < attempts.length / 2) {
      expect((await bystander().ask('ping')).result).to.deep.equal({});
      answered += 1;
    }
    expect(answered).to.be.greaterThan(50);
    // What could not even wait was told to come back, and nothing was hashed for it.
    expect(outcomes.filter(({ status }) => status === 429).length).to.be.at.least(20);
    for (const { status } of outcomes) expect(status).to.be.oneOf([401, 429]);
    for (const attempt of attempts) attempt.catch(() => {});
  });
});
