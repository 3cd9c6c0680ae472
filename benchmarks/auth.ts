/**
 * What it costs to check who is calling and how often: each check beside the least work anybody could do instead, in one
 * run, medians over many short rounds. `npm run bench auth`
 */
import { availableParallelism } from 'node:os';
import { apiKeys } from './auth/api-keys.ts';
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
