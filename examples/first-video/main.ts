// Makes a video with a gateway that is already running: CALLSHEET_URL and CALLSHEET_API_KEY say where and who.
import { connect } from '@callsheet/sdk-node';
import { readArguments } from './arguments.ts';
import { makeVideo } from './make-video.ts';
import { StageBars } from './stage-bars.ts';

const wish = readArguments(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
await using client = await connect();
const made = await makeVideo(client, wish, new StageBars(process.stderr));
for (const notice of made.notices) console.error(`  note: ${notice}`);
console.log(wish.out);
