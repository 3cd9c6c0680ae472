import type { Gateway } from './gateway.ts';

/** What a person sees when the gateway is up: where it is, the first key, and what to try next. */
export function welcome({
  url,
  httpUrl,
  firstKey,
  health,
}: Pick<Gateway, 'url' | 'httpUrl' | 'firstKey' | 'health'>): string {
  const { version, tools, jobs } = health();
  const resumed = jobs.queued + jobs.running;
  const lines = [
    `Callsheet ${version} is serving ${tools === 1 ? '1 tool' : `${tools} tools`}`,
    '',
    `  WebSocket  ${url}`,
    `  HTTP       ${httpUrl}/health`,
  ];
  if (resumed > 0) lines.push(`  Jobs       ${resumed} taken up again`);
  if (firstKey !== undefined) {
    lines.push(
      '',
      'Your admin key, shown this once:',
      '',
      `  ${firstKey}`,
      '',
      'Try next, in another terminal:',
      '',
      `  export CALLSHEET_API_KEY=${firstKey}`,
    );
  } else lines.push('', 'Keys are as before. Try next, in another terminal, with your key in CALLSHEET_API_KEY:', '');
  lines.push(
    `  export CALLSHEET_URL=${url}`,
    '  npx callsheet tools',
    `  npx callsheet run generate_video_script --params-json '{"video_subject":"Why coral reefs matter"}'`,
    '  npm run demo',
    '',
  );
  return `${lines.join('\n')}\n`;
}
