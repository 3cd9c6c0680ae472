// Submits a job, says its id, and would do other things now, if it were not killed.
import { connect } from '@callsheet/sdk-node';
import type { Tools } from './tools.d.ts';

const client = await connect<Tools>();
const { id } = await client.submit('generate_music', { mood: 'calm', duration: 20 });
console.log(id);
setInterval(() => client.state, 60_000);
