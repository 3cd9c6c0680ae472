import type { Driver } from './driver.ts';

const VERSIONS = `CREATE TABLE IF NOT EXISTS schema_versions (
  component TEXT PRIMARY KEY,
  version INTEGER NOT NULL
) WITHOUT ROWID`;

/**
 * Brings the tables of one component to their newest form. `steps` only ever grows; a component's version is the number
 * of steps it has taken. Each step is one transaction together with its number. Refuses a file of a newer program.
 */
export function migrate(driver: Driver, component: string, steps: readonly string[]): void {
  driver.exec(VERSIONS);
  const row = driver.prepare('SELECT version FROM schema_versions WHERE component = ?1').get(component);
  const version = typeof row?.version === 'number' ? row.version : 0;
  if (version > steps.length) {
    throw new Error(
      `Cannot use the database: its "${component}" tables have version ${version}, and this program knows ${steps.length}; ` +
        'start the newer program again, or restore a copy of the data directory',
    );
  }
  if (version === steps.length) return;
  const store = driver.prepare('INSERT OR REPLACE INTO schema_versions (component, version) VALUES (?1, ?2)');
  for (const [index, step] of steps.entries()) {
    if (index < version) continue;
    driver.exec('BEGIN IMMEDIATE');
    try {
      driver.exec(step);
      store.run(component, index + 1);
      driver.exec('COMMIT');
    } catch (error) {
      driver.exec('ROLLBACK');
      throw error;
    }
  }
}
