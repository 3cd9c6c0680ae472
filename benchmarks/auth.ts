/**
 * What it costs to check who is calling and how often: each check beside the least work anybody could do instead, in one
 * run, medians over many short rounds; then what of it is left in the calls of an open session. `npm run bench auth`
 */
import { availableParallelism } from 'node:os';
import { apiKeys } from './auth/api-keys.ts';
import { measureOverhead } from './auth/established.ts';
import { measure } from './auth/measure.ts';
import { rates } from './auth/rates.ts';
import { signatures } from './auth/signatures.ts';
import { tokens } from './auth/tokens.ts';

const contestants = [apiKeys(), ...tokens(), signatures(), ...rates()];
console.log(`Node ${process.version}, ${availableParallelism()} processors; microseconds per check, one thread`);
console.table(
  contestants.map((contestant) => {
    const { micros, floorMicros, ratio } = measure(contestant);
    return {
      check: contestant.name,
      µs: Number(micros.toPrecision(3)),
      'may take': contestant.barMicros,
      'within it': micros <= contestant.barMicros,
      floor: contestant.floor.name,
      'floor µs': Number(floorMicros.toPrecision(3)),
      'over floor': `${ratio.toFixed(2)}×`,
    };
  }),
);

console.log('calls of an open session: what the rules add to the processor time of the gateway');
console.table(
  (await measureOverhead()).map(({ rules, micros, ratio }) => ({
    gateway: rules,
    'CPU µs per call': Number(micros.toFixed(2)),
    'more, %': Number(((ratio - 1) * 100).toFixed(1)),
    'at most 3 %': ratio <= 1.03,
  })),
);
