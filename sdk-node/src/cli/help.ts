import { DEFAULT_URL } from '../gateway-url.ts';

export const HELP = `callsheet: call the tools of a Callsheet gateway

  callsheet tools [--json]                     the tools you may use
  callsheet run <tool> [--params-json '{…}']   run a tool, print its result as JSON
      JSON may also be in a file, @params.json, or come from standard input, -
      --wait      wait for the result (the default)
      --detach    submit it as a job, print the job's id, do not wait (--json: as JSON, with its state)
      --tags a,b  only workers that have all of these tags    --zone Z  rather those of this zone
      --out FILE  save the file the result names (a result without files is saved as JSON)
  callsheet job <id>                           print a job
      --follow    show its progress, then print its result
      --cancel    stop it
  callsheet workers [<tool>] [--json]          who serves tools; of one tool, who is chosen and why
  callsheet types > tools.d.ts                 the tools as TypeScript, for createClient<Tools>()
      --out FILE    write it only when something changed
      --check FILE  fail and say what changed when the file is not what the gateway offers
      --tools a,b*  only these (--check takes them from the file)
  callsheet alerts [--json]                    what is alarming, silences, channels that fail
      ack <alert>           somebody looks after it: no more reminders    --comment C
      silence <alert>…      tells nobody for a while, --for 2h (1h when not said); labels too: tool=create_video
      unsilence <silence>   ends that           test <channel>   sends a test notice
  callsheet metrics [--json]                   what the gateway measures now
      <metric>              how it went, --over 10m (5m when not said)
      top                   who calls most, --errors: who fails most
  callsheet traces [<trace>] [--json]          the last calls that failed or were slow; of one, its spans
      --errors, --tool T    only those

  --url URL     the gateway; else CALLSHEET_URL (several with commas), else ${DEFAULT_URL}
  --key KEY     the API key; else CALLSHEET_API_KEY (other users can see arguments: prefer the variable)
  --token JWT   a token instead; else CALLSHEET_TOKEN
                to sign instead: CALLSHEET_HMAC_ID and CALLSHEET_HMAC_SECRET
  --timeout T   give up after so long, e.g. 30s or 10m; a job goes on
  --json        of all but job and types: a failure is one line of JSON on stderr; run shows no progress
  --help, --version

Results go to stdout, everything else to stderr.
Exit codes: 0 done, 1 the tool or job failed or the types changed, 2 wrong use, 3 key refused,
4 gateway not reachable, 5 timed out, 6 rate limited, 130 interrupted.
`;
