// A worker: one tool, offered to a gateway from a process of its own. CALLSHEET_URL and CALLSHEET_API_KEY say where and who.
import { provide } from '@callsheet/sdk-node';

const worker = await provide({
  name: process.argv[2] ?? 'counter',
  slots: 2,
  tags: ['example'],
  tools: {
    count_words: {
      description: 'Counts the words of a text, and says who counted',
      input: {
        type: 'object',
        additionalProperties: false,
        required: ['text'],
        properties: { text: { type: 'string', maxLength: 10_000 } },
      },
      idempotent: true,
      run: async ({ text }, { progress }) => {
        const words = String(text)
          .split(/\s+/u)
          .filter((word) => word !== '');
        progress({ stage: 'count', fraction: 1, message: `${words.length} words` });
        return { words: words.length, by: process.pid };
      },
    },
  },
});

console.log(`ready ${process.pid}`);
worker.on('closed', () => console.log('done'));
