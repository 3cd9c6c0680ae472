import { expect } from 'chai';
import fc from 'fast-check';
import { EVERY, House } from './house.ts';

const COOLDOWN = 120;

/** What may happen in a step of 15 seconds. */
const step = fc.record({
  level: fc.constantFrom(0, 0, 9, 9, 9),
  does: fc.constantFrom('nothing', 'nothing', 'nothing', 'nothing', 'acknowledge', 'silence', 'unsilence', 'restart'),
});

describe('notifications, whatever happens', () => {
  it('are told an end for each beginning, once, and are never closer than the cooldown', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.constantFrom(0, 30),
        fc.constantFrom(0, 45),
        (steps, duration, keepFiringFor) => {
          const rule = { name: 'busy', metric: 'mcp_slow_consumers', condition: '> 5', duration, keepFiringFor };
          let house = new House([{ ...rule, cooldown: COOLDOWN }]);
          let [isOpen, toldAt] = [false, Number.NEGATIVE_INFINITY];
          for (const { level, does } of [...steps, ...new Array(12).fill({ level: 0, does: 'unsilence' })]) {
            const [status] = house.engine.list();
            const [alert] = status?.alerts ?? [];
            if (does === 'acknowledge' && alert?.state === 'firing') house.engine.acknowledge(alert.id, 'ada');
            if (does === 'silence') {
              const matchers = [{ label: 'alertname', operator: '=', value: 'busy' } as const];
              house.engine.silence({ matchers, untilMs: house.wall + 60_000, by: 'ada', comment: '' });
            }
            if (does === 'unsilence') for (const { id } of house.engine.silences()) house.engine.endSilence(id);
            if (does === 'restart') {
              const state: unknown = JSON.parse(JSON.stringify(house.engine));
              // What was told of an alert that is over is not stored: its cooldown ends with the process.
              if (!isOpen) toldAt = Number.NEGATIVE_INFINITY;
              house = new House([{ ...rule, cooldown: COOLDOWN }], { state }, house.wall);
              house.gauge('mcp_slow_consumers');
            }
            const family = house.registry.family('mcp_slow_consumers') ?? house.gauge('mcp_slow_consumers');
            for (const cell of family.series()) if ('set' in cell && typeof cell.set === 'function') cell.set(level);
            const from = house.events.length;
            const wasAcknowledged = alert?.acknowledged !== undefined || does === 'acknowledge';
            const isSilenced = house.engine.silences().some(({ untilMs }) => untilMs > house.wall + EVERY * 1000);
            house.pass(EVERY);
            for (const { change, notify, isFirst, at } of house.events.slice(from)) {
              if (!notify) continue;
              if (change === 'resolved') {
                expect(isOpen, 'an end without a beginning').equal(true);
                isOpen = false;
                continue;
              }
              expect(isFirst, 'first').equal(!isOpen);
              expect(at - toldAt, 'cooldown').least(COOLDOWN * 1000);
              expect(isSilenced, 'silenced').equal(false);
              if (change === 'reminder') expect(wasAcknowledged, 'acknowledged').equal(false);
              [isOpen, toldAt] = [true, at];
            }
          }
          expect(isOpen, 'an end for each beginning').equal(false);
        },
      ),
      { numRuns: 300 },
    );
  });
});
