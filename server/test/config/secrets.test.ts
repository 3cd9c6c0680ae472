import { expect } from 'chai';
import fc from 'fast-check';
import { printConfig } from '../../src/config/print.ts';
import { load, problemsOf } from './loaded.ts';

const SECRET = 'hunter2hunter2hunter2';

describe('secrets in the configuration', () => {
  it('are masked when printed, whether given by file or variable', () => {
    const toml = `[auth.api_keys.box]\nkey = "${SECRET}"\nrole = "user"\n[llm]\napi_key = "${SECRET}"\n`;
    const printed = printConfig(load(toml, { CALLSHEET_ADMIN_KEY: `${SECRET}2` }));
    expect(printed).not.to.include('hunter2');
    expect(printed).to.include('# admin_key = "********" # CALLSHEET_ADMIN_KEY');
    expect(printed).to.include('# api_key = "********" # callsheet.toml');
    expect(printed).to.include('# key = "********"\nrole = "user"');
  });

  const leaks: Record<string, string> = {
    'with a blank': `[auth]\nadmin_key = "${SECRET} x"`,
    'in a misspelt setting': `[auth]\nadmin_kye = "${SECRET}"`,
    'in a misspelt section': `[oauth]\nadmin_key = "${SECRET}"`,
    'in a list': `[auth]\nadmin_key = ["${SECRET}"]`,
    'as an entry': `[auth.api_keys]\nbox = "${SECRET}"`,
    'as the name of an entry': `[auth.api_keys]\n${SECRET} = { name = "Box", role = "user" }`,
    'as the name of an entry that is none': `[auth.api_keys]\n${SECRET} = "Box"`,
    'as a table': `[auth]\napi_keys = "${SECRET}"`,
    'as a list of tables': `[[auth.api_keys]]\nkey = "${SECRET}"`,
    'as a borrowed key of the wrong shape': `[app.mcp_api_keys]\n${SECRET} = { name = "Box", role = "boss", on = 1 }`,
    'as a borrowed key without anything': `[app.mcp_api_keys]\n${SECRET} = "admin"`,
    'in an address': `[server]\nengine = "redis://:${SECRET}@host"\n[llm]\nbase_url = "https://me:${SECRET}@host/v1"`,
    'beside broken TOML': `[auth]\nadmin_key = "${SECRET}" x`,
    'in a text that never ends': `[auth]\nadmin_key = "${SECRET}`,
    'as a broken key of ours': `[server]\nhost = "csk_live_${SECRET}"`,
  };
  for (const [place, toml] of Object.entries(leaks)) {
    it(`are not repeated when they stand ${place}`, () => {
      const problems = problemsOf(toml);
      expect(problems).not.to.deep.equal([]);
      expect(problems.join('\n')).not.to.include('hunter2');
    });
  }

  it('are not repeated whatever they look like', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 12, maxLength: 200, unit: 'binary' }), (secret) => {
        const env = { CALLSHEET_ADMIN_KEY: secret, CALLSHEET_LLM_API_KEY: secret, CALLSHEET_PORT: 'x' };
        expect(problemsOf('', env).join('\n')).not.to.include(secret);
      }),
    );
  });
});
