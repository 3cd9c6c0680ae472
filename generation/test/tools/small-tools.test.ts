import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { diagnosticsBlob } from '../../src/tools/diagnostics-blob.ts';
import { diagnosticsEcho } from '../../src/tools/diagnostics-echo.ts';
import { diagnosticsFail } from '../../src/tools/diagnostics-fail.ts';
import { diagnosticsSleep } from '../../src/tools/diagnostics-sleep.ts';
import { generateVideoScript } from '../../src/tools/generate-video-script.ts';
import { generateVideoTerms } from '../../src/tools/generate-video-terms.ts';
import { getCurrentTime } from '../../src/tools/get-current-time.ts';
import { fakeClock } from '../providers/fake-clock.ts';
import { REEFS } from '../script/reefs.ts';
import { type TestHost, testHost } from '../tool-context.ts';

describe('small tools', () => {
  let host: TestHost;
  before(async () => {
    host = await testHost();
  });
  after(() => host.close());
  const caught = async (work: Promise<unknown>) => work.catch((error: unknown) => error);

  describe('get_current_time', () => {
    const tool = getCurrentTime(() => Date.UTC(2026, 10, 21, 7, 5, 9, 42));

    it('tells UTC unless asked otherwise', async () => {
      const time = await tool.run({}, host.context());
      expect(time).to.include({ iso: '2026-11-21T07:05:09.042Z', unix_ms: 1_795_244_709_042, timezone: 'UTC' });
      expect(time.formatted).to.contain('Saturday, November 21, 2026');
    });

    it('tells other zones with their offset', async () => {
      expect((await tool.run({ timezone: 'Asia/Kolkata' }, host.context())).iso).to.equal(
        '2026-11-21T12:35:09.042+05:30',
      );
      expect((await tool.run({ timezone: 'America/New_York' }, host.context())).iso).to.equal(
        '2026-11-21T02:05:09.042-05:00',
      );
    });

    it('refuses a zone that does not exist', async () => {
      const error = await caught(tool.run({ timezone: 'Mars/Base' }, host.context()));
      expect(CallError.is(error) && [error.errorName, error.facts.issues?.[0]?.path]).to.eql([
        'INVALID_PARAMS',
        '/timezone',
      ]);
    });
  });

  describe('generate_video_script', () => {
    it('answers script, counts and method', async () => {
      const tool = generateVideoScript({});
      const script = await tool.run(
        { video_subject: 'Coral reefs', source_text: REEFS, paragraph_number: 2 },
        host.context(),
      );
      expect(script).to.include({ method: 'extractive', grounded: true, provider: 'local' });
      expect(script.script).to.equal(script.paragraphs.join('\n\n'));
      expect(script.word_count).to.be.within(40, 140);
      expect(script.estimated_duration).to.be.within(25, 45);
    });

    it('asks no model in a dry run', async () => {
      const never = { provider: 'openai', model: 'm', complete: () => expect.fail('asked a model') };
      const args = { video_subject: 'Tea', provider: 'openai' } as const;
      const script = await generateVideoScript({ configured: never }).run(args, host.context({ dryRun: true }));
      expect(script.method).to.equal('outline');
    });

    it('says when it wrote no more than an outline', async () => {
      const script = await generateVideoScript({}).run({ video_subject: 'Tea' }, host.context());
      expect(script.notice).to.contain('no facts');
    });
  });

  describe('generate_video_terms', () => {
    it('answers terms, and those of each scene when asked', async () => {
      const args = { video_subject: 'Coral reefs', video_script: REEFS, amount: 4 };
      const tool = generateVideoTerms();
      expect(await tool.run(args, host.context())).to.have.all.keys('terms', 'provider', 'method');
      const found = await tool.run({ ...args, per_scene: true }, host.context());
      expect(found.terms).to.have.length(4);
      expect(found.scenes?.length).to.be.greaterThan(1);
    });
  });

  describe('diagnostics', () => {
    it('echoes any value, and nothing for nothing', async () => {
      for (const value of [null, 0, '', [1, { a: false }]]) {
        expect(await diagnosticsEcho().run({ value }, host.context())).to.eql({ value });
      }
      expect(await diagnosticsEcho().run({}, host.context())).to.eql({});
    });

    it('sleeps in steps that add up, and reports each', async () => {
      const clock = fakeClock();
      const ctx = host.context();
      expect(await diagnosticsSleep(clock).run({ ms: 4000 }, ctx)).to.eql({ slept_ms: 4000 });
      expect(clock.slept).to.have.length(20);
      expect(ctx.reports.at(-1)).to.eql({ stage: 'sleep', fraction: 1 });
    });

    it('wakes when the call is cancelled', async () => {
      const stop = new AbortController();
      const asleep = caught(diagnosticsSleep(fakeClock()).run({ ms: 20_000 }, host.context({ signal: stop.signal })));
      stop.abort('enough');
      expect(await asleep).to.equal('enough');
    });

    it('makes blobs of the exact size', async () => {
      for (const bytes of [0, 1, 17, 524_288]) {
        const { blob } = await diagnosticsBlob().run({ bytes }, host.context());
        expect(Buffer.byteLength(blob)).to.equal(bytes);
      }
    });

    it('fails with the error asked for, as often as asked', async () => {
      const error = await caught(diagnosticsFail(() => 0.99).run({ code: 'RATE_LIMITED' }, host.context()));
      expect(CallError.is(error) && error.errorName).to.equal('RATE_LIMITED');
      expect(await diagnosticsFail(() => 0.5).run({ rate: 0.5 }, host.context())).to.eql({ failed: false });
      expect(await caught(diagnosticsFail(() => 0.49).run({ rate: 0.5 }, host.context()))).to.be.instanceOf(CallError);
    });
  });
});
