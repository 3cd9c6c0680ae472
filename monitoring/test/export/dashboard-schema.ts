import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { declaredSchemas, type Schema } from './declared-schema.ts';

/** Panels we build, by Grafana's name of their kind, with the module that declares what they may hold. */
const PANELS = ['stat', 'table', 'timeseries', 'statetimeline'] as const;
const KINDS: Readonly<Record<string, string>> = { statetimeline: 'state-timeline' };

/**
 * Judges a dashboard by the types Grafana publishes, down to the options of each panel and its queries, which the type of a
 * panel alone leaves open.
 */
export function dashboardValidator(): ValidateFunction {
  const definitions = definitionsOf('dashboard', 'common', 'prometheus', ...PANELS);
  const panel = definitions['dashboard.Panel'] as Schema & { properties: Record<string, Schema> };
  const query = definitions['prometheus.Dataquery'];
  if (!panel || !query) throw new Error('Cannot find the types of panels and queries in the declarations of Grafana');
  const schema = {
    $ref: '#/definitions/dashboard.Dashboard',
    definitions: {
      ...definitions,
      'cog.Dataquery': query,
      'dashboard.Panel': {
        ...panel,
        properties: { ...panel.properties, type: { enum: PANELS.map(kindOf) } },
        allOf: PANELS.map((name) => ({
          anyOf: [{ properties: { type: { not: { const: kindOf(name) } } } }, optionsOf(name, definitions)],
        })),
      },
    },
  };
  return new Ajv({ allErrors: true, strict: false }).compile(schema);
}

function optionsOf(name: string, definitions: Record<string, Schema>): Schema {
  const custom = definitions[`${name}.FieldConfig`] ? { $ref: `#/definitions/${name}.FieldConfig` } : {};
  return {
    properties: {
      options: { $ref: `#/definitions/${name}.Options` },
      fieldConfig: { properties: { defaults: { properties: { custom } } } },
    },
  };
}

function kindOf(name: string): string {
  return KINDS[name] ?? name;
}

function definitionsOf(...names: readonly string[]): Record<string, Schema> {
  const here = createRequire(import.meta.url).resolve('@grafana/grafana-foundation-sdk/dashboard');
  const read = (name: string): string => readFileSync(join(dirname(here), '..', name, 'types.gen.d.ts'), 'utf8');
  return declaredSchemas(Object.fromEntries(names.map((name) => [name, read(name)])));
}
