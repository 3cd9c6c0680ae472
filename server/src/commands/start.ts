import { Redactor } from '@callsheet/monitoring';
import { secretsOf } from '../config/secrets.ts';
import { openGateway } from '../gateway.ts';
import { openLog } from '../log.ts';
import { welcome } from '../welcome.ts';
import { defineCommand } from './command.ts';

/** How long calls in flight may take at a stop. */
const DRAIN_MS = 20_000;

export const start = defineCommand({
  words: 'start',
  summary: 'serve (the default)',
  async run({ terminal: { stdout, stderr, env, onStop, onExit }, loaded: { config, origins, notes } }) {
    const { level, format } = config.log;
    // Nobody reads JSON on a screen; whoever asked for a format gets it anywhere.
    const onScreen = origins.get('log.format') === 'default' && 'isTTY' in stderr && stderr.isTTY === true;
    const redactor = new Redactor({ secrets: secretsOf(config) });
    const log = openLog({ level, format: onScreen ? 'text' : format }, redactor, stderr);
    for (const note of notes) log.warn(note);
    const stopped = new Promise<void>((resolve) => onStop(resolve));
    const gateway = await openGateway(config, { log, redactor, env, atExit: onExit });
    stdout.write(welcome(gateway));
    void gateway.warm();
    await stopped;
    log.info('going down');
    await gateway.drain(DRAIN_MS);
    return 0;
  },
});
