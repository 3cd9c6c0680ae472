import { parseVersion } from '../catalogue/version.ts';
import type { RegisteredFacts } from '../catalogue/worker.ts';
import { Fields } from './fields.ts';
import { refusal } from './refusal.ts';

const MOST_SLOTS = 10_000;
const MOST_TAGS = 32;
const INSTANCE_ID = /^[\w-]{16,64}$/;
const LABEL = /^[A-Za-z0-9][A-Za-z0-9._:=/-]{0,63}$/;
/** A control or formatting character could redraw the line it is shown in. */
const PRINTABLE = /^[^\p{C}]{1,64}$/u;
const HOST_AND_PORT = /^(?:\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?):(\d{1,5})$/;

const LABEL_WISH = 'use 1 to 64 letters, digits and ._:=/-, beginning with a letter or digit';

/**
 * Reads what came with a registration; unknown fields are left out, so that a newer worker can dial in.
 *
 * @throws CallError INVALID_PARAMS naming the field.
 */
export function readFacts(value: unknown): RegisteredFacts {
  const fields = new Fields(value, '');
  const facts: RegisteredFacts = {
    instanceId: fields.text(
      'instanceId',
      (text) => INSTANCE_ID.test(text),
      'use 16 to 64 random letters, digits, - and _',
    ),
    epoch: fields.integer('epoch', 1, Number.MAX_SAFE_INTEGER),
    name: fields.text(
      'name',
      (text) => PRINTABLE.test(text) && text.trim() === text,
      'use 1 to 64 printable characters, none of them a space at either end',
    ),
    version: readVersion(fields, undefined),
    slots: fields.integer('slots', 1, MOST_SLOTS),
    tags: readTags(fields),
    zone: readZone(fields),
    weight: fields.number('weight', 0.01, 100, 1),
    metricsAddress: readMetricsAddress(fields),
  };
  return Object.freeze(facts);
}

/** @throws CallError INVALID_PARAMS */
export function readVersion(fields: Fields, fallback: string | undefined): string {
  const fits = (text: string): boolean => parseVersion(text) !== undefined;
  return fields.text('version', fits, 'use a semantic version such as "1.4.0"', fallback);
}

function readTags(fields: Fields): readonly string[] {
  const tags = new Set<string>();
  for (const [at, tag] of fields.list('tags', MOST_TAGS).entries()) {
    if (typeof tag !== 'string' || !LABEL.test(tag)) {
      throw refusal(`${fields.path('tags')}/${at}`, 'pattern', tag, LABEL_WISH);
    }
    tags.add(tag);
  }
  return Object.freeze([...tags]);
}

function readZone(fields: Fields): string | undefined {
  if (fields.value('zone') === undefined) return undefined;
  return fields.text('zone', (text) => LABEL.test(text), LABEL_WISH);
}

function readMetricsAddress(fields: Fields): string | undefined {
  if (fields.value('metricsAddress') === undefined) return undefined;
  const fits = (text: string): boolean => {
    const port = Number(HOST_AND_PORT.exec(text)?.[1]);
    return port >= 1 && port <= 65_535;
  };
  return fields.text('metricsAddress', fits, 'use a host and a port such as "gpu-7.example.org:9464"');
}
