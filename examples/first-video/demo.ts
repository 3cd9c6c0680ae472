// The same story with nothing running: starts a gateway of its own on a free port, in a folder that goes away again.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@callsheet/sdk-node';
import { startGateway } from '@callsheet/server';
import { readArguments, type VideoWish } from './arguments.ts';
import { makeVideo } from './make-video.ts';
import { StageBars } from './stage-bars.ts';

async function demo(wish: VideoWish): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'callsheet-demo-'));
  const gateway = await startGateway({ server: { port: 0, data_dir: folder }, log: { level: 'warn' } });
  const clean = async (): Promise<void> => {
    await gateway.close();
    await rm(folder, { recursive: true, force: true });
  };
  process.once('SIGINT', () => void clean().then(() => process.exit(130)));
  try {
    console.error(`Callsheet makes «${wish.subject}», ${wish.aspect}\n`);
    const client = await connect({ url: gateway.url, auth: { type: 'apiKey', apiKey: gateway.firstKey ?? '' } });
    const began = performance.now();
    const made = await makeVideo(client, wish, new StageBars(process.stderr));
    const seconds = (performance.now() - began) / 1000;
    await client.close();
    for (const notice of made.notices) console.error(`  note: ${notice}`);
    console.error(`\n${made.duration.toFixed(1)} s of video in ${seconds.toFixed(1)} s:`);
    console.log(wish.out);
  } finally {
    await clean();
  }
}

try {
  await demo(readArguments(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd()));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
