import { expect } from 'chai';
import { ALL, variablesOf } from '../../src/config/directory.ts';
import { load, problemsOf } from './loaded.ts';

describe('CALLSHEET_* variables', () => {
  it('exist for every setting with one value, the five everyday ones also in short', () => {
    const names = ALL.flatMap(variablesOf);
    expect(new Set(names).size).to.equal(names.length);
    const short = ['HOST', 'PORT', 'DATA_DIR', 'ENGINE', 'ADMIN_KEY'].map((name) => `CALLSHEET_${name}`);
    expect(names).to.include.members([...short, 'CALLSHEET_SERVER_PORT', 'CALLSHEET_LLM_API_KEY']);
    expect(names).not.to.include('CALLSHEET_TOOLS_ALLOW');
  });

  it('are read as the kind of value their setting takes', () => {
    const { config } = load('', {
      CALLSHEET_SERVER_PORT: '0',
      CALLSHEET_TOOLS_DIAGNOSTICS: '1',
      CALLSHEET_OLLAMA_DETECT: 'FALSE',
      CALLSHEET_LLM_MODEL: '42',
      CALLSHEET_HOST: 'true',
    });
    expect(config.server).to.include({ port: 0, host: 'true' });
    expect(config.tools.diagnostics).to.equal(true);
    expect(config.ollama.detect).to.equal(false);
    expect(config.llm.model).to.equal('42');
  });

  it('are quoted as they stand when they do not fit', () => {
    expect(problemsOf('', { CALLSHEET_PORT: '80 ', CALLSHEET_OLLAMA_DETECT: 'on' })).to.deep.equal([
      'environment: CALLSHEET_PORT is "80 "; expected a whole number from 0 to 65535',
      'environment: CALLSHEET_OLLAMA_DETECT is "on"; expected true or false',
    ]);
  });

  it('count as not set when they are empty', () => {
    const { config, origins } = load('', { CALLSHEET_PORT: '', CALLSHEET_CONFIG: '' });
    expect([config.server.port, origins.get('server.port')]).to.deep.equal([8081, 'default']);
  });

  it('may say the same thing twice, but not two things', () => {
    expect(load('', { CALLSHEET_PORT: '1', CALLSHEET_SERVER_PORT: '1' }).config.server.port).to.equal(1);
    expect(problemsOf('', { CALLSHEET_PORT: '1', CALLSHEET_SERVER_PORT: '2' })).to.deep.equal([
      'environment: CALLSHEET_SERVER_PORT and CALLSHEET_PORT set the same thing; keep one',
    ]);
  });

  it('are refused when misspelt, and only noted when they look like somebody else’s', () => {
    expect(problemsOf('', { CALLSHEET_PROT: '1' })).to.deep.equal([
      'environment: CALLSHEET_PROT is not a setting; did you mean CALLSHEET_PORT?',
    ]);
    const ofClients = { CALLSHEET_URL: 'ws://x', CALLSHEET_API_KEY: 'k', CALLSHEET_TOKEN: 't' };
    const env = {
      CALLSHEET_BANANA_TREE: '1',
      ...ofClients,
      CALLSHEET_HMAC_ID: 'i',
      CALLSHEET_HMAC_SECRET: 's',
      OTHER: 'x',
    };
    expect(load('', env).notes).to.deep.equal([
      'environment: CALLSHEET_BANANA_TREE is not a setting of the gateway and is not used',
    ]);
  });

  it('cannot set lists and tables, and say so', () => {
    expect(problemsOf('', { CALLSHEET_TOOLS_ALLOW: '*', CALLSHEET_AUTH_API_KEYS: 'x' })).to.deep.equal([
      'environment: CALLSHEET_AUTH_API_KEYS cannot be set by a variable; set auth.api_keys in the file',
      'environment: CALLSHEET_TOOLS_ALLOW cannot be set by a variable; set tools.allow in the file',
    ]);
  });
});
