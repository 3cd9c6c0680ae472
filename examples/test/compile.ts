import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a program of an installed package. Rejects with all it said when it fails. */
export async function tool(script: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run(process.execPath, [`${ROOT}node_modules/${script}`, ...args], { cwd: ROOT });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    throw new Error(`${script} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

/** Makes the clients as their users get them, in `dist`. A third of a second when nothing has changed. */
export async function compileClients(): Promise<void> {
  await tool('typescript/bin/tsc', ['-b', 'sdk-node', 'sdk-browser']);
}
