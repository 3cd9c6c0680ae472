import { availableParallelism } from 'node:os';
import { Redactor } from '@callsheet/monitoring';
import { stringify } from 'smol-toml';
import { loadConfig } from './config/load.ts';
import { secretsOf } from './config/secrets.ts';
import type { SETTINGS } from './config/settings.ts';
import { type Gateway, openGateway } from './gateway.ts';
import { openLog } from './log.ts';

/** The sections and keys of `callsheet.toml`, as an object: `{ server: { port: 0 }, tools: { diagnostics: true } }`. */
export type GatewaySettings = {
  readonly [Section in keyof typeof SETTINGS]?: { readonly [Key in keyof (typeof SETTINGS)[Section]]?: unknown };
};

/**
 * Starts a gateway inside this process. Settings are checked exactly as a `callsheet.toml` is; the environment is not read.
 *
 * @throws ConfigError with everything that is wrong with the settings; Error when the data directory is in use.
 */
export function startGateway(settings: GatewaySettings = {}): Promise<Gateway> {
  const { config } = loadConfig({
    env: {},
    cwd: process.cwd(),
    cores: availableParallelism(),
    file: 'the settings of startGateway',
    readFile: () => stringify(settings),
  });
  const redactor = new Redactor({ secrets: secretsOf(config) });
  return openGateway(config, {
    redactor,
    log: openLog(config.log, redactor),
    atExit: (last) => {
      process.once('exit', last);
      return () => process.off('exit', last);
    },
  });
}
