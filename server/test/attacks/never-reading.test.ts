import { expect } from 'chai';
import { useBystander } from './bystander.ts';
import type { Caller } from './caller.ts';
import { frame, OPCODE } from './frames.ts';
import { RawConnection } from './raw-connection.ts';
import { ADMIN, CAN_MEASURE_MEMORY, memoryAddedBy, type Target, useTarget } from './target.ts';

/** Megabytes one client that asks and does not read may cost. */
const MOST = 16;
/** At once, so that garbage nobody has collected yet counts for all of them together, and what is held for each. */
const CLIENTS = 32;
const message = (id: number, method: string, params: object): object => ({ jsonrpc: '2.0', id, method, params });
const blob = (id: number): object =>
  message(id, 'tools/call', { name: 'diagnostics_blob', arguments: { bytes: 524_288 } });
const list = (id: number): object => message(id, 'tools/list', {});
const text = (value: object): Buffer => frame({ opcode: OPCODE.text, payload: JSON.stringify(value) });

/** How somebody asks for much. */
const QUESTIONS: Readonly<Record<string, Buffer>> = {
  'large answers one by one': Buffer.concat(Array.from({ length: 20 }, (_, id) => text(blob(id)))),
  'large answers in one batch': text(Array.from({ length: 50 }, (_, id) => blob(id))),
  'the list of tools again and again': Buffer.concat(Array.from({ length: 60 }, (_, id) => text(list(id)))),
  'the list of tools fifty times in a batch': text(Array.from({ length: 50 }, (_, id) => list(id))),
};

const OPENINGS: Readonly<Record<string, object>> = {
  'with messages one by one': {},
  'with coalesced frames': { coalesce: true },
  'with a history to come back to': { resume: true },
};

describe('attacks by never reading', () => {
  const target = useTarget({ limits: { give_up_ms: 300 } });
  const bystander = useBystander(target);
  // Threads and compiled code are there before anything is measured.
  before(async function () {
    if (!CAN_MEASURE_MEMORY) {
      console.log('skipped: memory of another process can be read on Linux only');
      this.skip();
    }
    const music = { mood: 'calm', duration: 3, format: 'wav', wait_for_completion: true };
    await Promise.all([bystander().call('generate_music', music), bystander().call('generate_music', music)]);
    for (const capabilities of Object.values(OPENINGS)) {
      for (const questions of Object.values(QUESTIONS)) {
        await ask(target(), questions, capabilities);
        await onlyOneLeft(bystander());
      }
    }
  });

  for (const [what, questions] of Object.entries(QUESTIONS)) {
    for (const [how, capabilities] of Object.entries(OPENINGS)) {
      if (what.startsWith('the list') && how !== 'with messages one by one') continue;
      it(`are let go at a cost below ${MOST} MB each, asking for ${what} ${how}`, async () => {
        const added = await memoryAddedBy(target(), async () => {
          await Promise.all(Array.from({ length: CLIENTS }, () => ask(target(), questions, capabilities)));
          await onlyOneLeft(bystander());
        });
        expect(added / CLIENTS).to.be.below(MOST);
      });
    }
  }
});

/** Opens a session, asks until the gateway lets go of it, and reads nothing meanwhile. */
async function ask(target: Target, questions: Buffer, capabilities: object): Promise<void> {
  const connection = new RawConnection(target);
  await connection.upgrade({ Authorization: `Bearer ${ADMIN}` });
  connection.write(text(message(-1, 'session/open', { capabilities })));
  await connection.until(() => connection.frames.length > 0);
  await connection.flood(questions, 500);
  connection.destroy();
}

/** Resolves when the gateway knows of no connection but the asker's own. */
async function onlyOneLeft(asker: Caller): Promise<void> {
  while ((await asker.ask<{ connections: number }>('server/health')).result.connections > 1);
}
