import { CONNECTION, type Connection, connection, expectCount, meantOr, parse } from './arguments.ts';
import { UsageError } from './usage-error.ts';
import { readAlerts, readMetrics, readTraces, type WatchCommand } from './watch-line.ts';

/** What the user asked for. */
export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'version' }
  | ({ readonly name: 'tools'; readonly json: boolean } & Connection)
  | ({
      readonly name: 'run';
      readonly tool: string;
      /** As it is given: JSON, `@file.json`, or `-` for standard input. */
      readonly params: string;
      readonly detach: boolean;
      readonly out: string | undefined;
      /** Which workers. */
      readonly route: { readonly tags?: readonly string[]; readonly zone?: string } | undefined;
      /** For programs: nothing but a failure on standard error, and that as JSON. */
      readonly json: boolean;
    } & Connection)
  | ({
      readonly name: 'types';
      /** A file to compare, or one to write; standard output when there is neither. */
      readonly target: { readonly action: 'check' | 'out'; readonly file: string } | undefined;
      /** Names or patterns of tools, e.g. `create_*`; all when not said. */
      readonly tools: readonly string[] | undefined;
    } & Connection)
  | ({ readonly name: 'workers'; readonly tool: string | undefined; readonly json: boolean } & Connection)
  | WatchCommand
  | ({ readonly name: 'job'; readonly id: string; readonly action: 'show' | 'follow' | 'cancel' } & Connection);

const COMMANDS = ['tools', 'run', 'job', 'workers', 'types', 'alerts', 'metrics', 'traces', 'help'];

/** Names of tools of any server, with `*` for any part: what a shell passes on in quotes and a comment can hold. */
const TOOL_PATTERN = /^[\w.*:-]+$/;

/** Reads the arguments behind the program's name. Throws UsageError. */
export function readCommandLine(args: readonly string[]): Command {
  const [name, ...rest] = args;
  if (name === undefined) throw new UsageError('Cannot do nothing; give a command');
  if (name === '--help' || name === '-h' || name === 'help') return { name: 'help' };
  if (name === '--version') return { name: 'version' };
  switch (name) {
    case 'tools':
      return readTools(rest);
    case 'run':
      return readRun(rest);
    case 'job':
      return readJob(rest);
    case 'workers':
      return readWorkers(rest);
    case 'types':
      return readTypes(rest);
    case 'alerts':
      return readAlerts(rest);
    case 'metrics':
      return readMetrics(rest);
    case 'traces':
      return readTraces(rest);
    default:
      throw new UsageError(`There is no command "${name}"; ${meantOr(COMMANDS, name, (known) => `"${known}"`)}`);
  }
}

function readTools(args: readonly string[]): Command {
  const { values, positionals } = parse(args, { ...CONNECTION, json: { type: 'boolean' } });
  if (values.help) return { name: 'help' };
  expectCount(positionals, 0, 'tools takes no argument');
  return { name: 'tools', json: values.json === true, ...connection(values) };
}

function readWorkers(args: readonly string[]): Command {
  const { values, positionals } = parse(args, { ...CONNECTION, json: { type: 'boolean' } });
  if (values.help) return { name: 'help' };
  if (positionals.length > 0) expectCount(positionals, 1, 'workers takes the name of one tool, or nothing');
  return { name: 'workers', tool: positionals[0], json: values.json === true, ...connection(values) };
}

function readRun(args: readonly string[]): Command {
  const { values, positionals } = parse(args, {
    ...CONNECTION,
    'params-json': { type: 'string' },
    wait: { type: 'boolean' },
    detach: { type: 'boolean' },
    out: { type: 'string' },
    tags: { type: 'string' },
    zone: { type: 'string' },
    json: { type: 'boolean' },
  });
  if (values.help) return { name: 'help' };
  const [tool = ''] = expectCount(positionals, 1, 'run takes the name of one tool');
  const detach = values.detach === true;
  if (detach && values.wait === true) throw new UsageError('Cannot both --wait and --detach; give one of them');
  if (detach && values.out !== undefined)
    throw new UsageError('Cannot save with --out what --detach does not wait for');
  const { out, tags, zone, json = false, 'params-json': params = '{}' } = values;
  return { name: 'run', tool, params, detach, out, route: routeOf(tags, zone), json, ...connection(values) };
}

function routeOf(tags: string | undefined, zone: string | undefined): Extract<Command, { name: 'run' }>['route'] {
  if (tags === undefined && zone === undefined) return undefined;
  const wanted = tags?.split(',').filter((tag) => tag !== '');
  return { ...(wanted !== undefined && { tags: wanted }), ...(zone !== undefined && { zone }) };
}

function readJob(args: readonly string[]): Command {
  const { values, positionals } = parse(args, {
    ...CONNECTION,
    follow: { type: 'boolean' },
    cancel: { type: 'boolean' },
  });
  if (values.help) return { name: 'help' };
  const [id = ''] = expectCount(positionals, 1, 'job takes the id of one job');
  if (values.follow === true && values.cancel === true) {
    throw new UsageError('Cannot both --follow and --cancel; give one of them');
  }
  const action = values.follow === true ? 'follow' : values.cancel === true ? 'cancel' : 'show';
  return { name: 'job', id, action, ...connection(values) };
}

function readTypes(args: readonly string[]): Command {
  const { values, positionals } = parse(args, {
    ...CONNECTION,
    check: { type: 'string' },
    out: { type: 'string' },
    tools: { type: 'string' },
  });
  if (values.help) return { name: 'help' };
  expectCount(positionals, 0, 'types takes no argument (a file is --out FILE or --check FILE)');
  const { check, out } = values;
  if (check !== undefined && out !== undefined) throw new UsageError('Cannot both --check and --out; give one of them');
  if (check === '' || out === '') throw new UsageError(`Cannot use --${check === '' ? 'check' : 'out'} without a file`);
  const target =
    check !== undefined
      ? ({ action: 'check', file: check } as const)
      : out !== undefined
        ? ({ action: 'out', file: out } as const)
        : undefined;
  const tools = values.tools?.split(',').map((pattern) => pattern.trim());
  const wrong = tools?.find((pattern) => !TOOL_PATTERN.test(pattern));
  if (wrong !== undefined)
    throw new UsageError(`Cannot use --tools with "${wrong}": expected names or patterns like create_*, with commas`);
  return { name: 'types', target, tools, ...connection(values) };
}
