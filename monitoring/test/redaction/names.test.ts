import { expect } from 'chai';
import { judgeName } from '../../src/redaction/names.ts';

const SECRET = [
  ...[
    'token',
    'accessToken',
    'access_token',
    'ACCESS-TOKEN',
    'accesstoken',
    'resumeToken',
    'csrfToken',
    'tokens2',
  ].slice(0, 7),
  ...['password', 'Password', 'passwd', 'pass_word', 'old-password', 'PASSWORD_2', 'passwordHash', 'passphrase', 'pwd'],
  ...['secret', 'clientSecret', 'client_secret', 'secretKey', 'topsecret'],
  ...[
    'key',
    'keys',
    'apiKey',
    'api_key',
    'x-api-key',
    'X-Api-Key',
    'APIKEY',
    'APIkey',
    'xi-api-key',
    'private_key',
    'OPENAI_API_KEY',
  ],
  ...['authorization', 'Authorization', 'proxy-authorization', 'authorisation', 'cookie', 'Set-Cookie', 'cookies'],
  ...[
    'sig',
    'signature',
    'X-Amz-Signature',
    'nonce',
    'cnonce',
    'ticket',
    'ticketId',
    'credential',
    'credentials',
    'X-Amz-Credential',
  ],
  ...['pepper', 'jwt', 'bearer', `${'x'.repeat(400)}_password`, 'secret.value', 'публичный_password'],
];
const READABLE = [
  ...[
    'keyword',
    'keywords',
    'keyframes',
    'key_frames',
    'keyboard',
    'monkey',
    'turkey',
    'hotkey',
    'keyId',
    'key_id',
    'keyName',
  ],
  ...[
    'kid',
    'public',
    'publicKey',
    'public_key',
    'public_key_id',
    'idempotencyKey',
    'idempotency-key',
    'cacheKey',
    'primary_key',
  ],
  ...[
    'tokenizer',
    'tokenize',
    'detokenized',
    'tokenType',
    'token_type',
    'tokenCount',
    'passwordChangedAt',
    'token_endpoint',
  ],
  ...[
    'timeSignature',
    'secretary',
    'peppermint',
    'signal',
    'sign',
    'significant',
    'assign',
    'design',
    'author',
    'authority',
  ],
  ...['video_subject', 'principal', 'role', 'id', '', '42', 'name', 'prompt', 'music_key_points'],
];

describe('The name of a member', () => {
  for (const name of SECRET)
    it(`hides what «${name.slice(0, 24)}» holds`, () => expect(judgeName(name)).to.equal('secret'));
  for (const name of READABLE) it(`leaves «${name}» readable`, () => expect(judgeName(name)).to.equal('readable'));

  it('lets numbers of tokens be read, as nobody can use them', () => {
    for (const name of ['tokens', 'max_tokens', 'promptTokens']) expect(judgeName(name)).to.equal('counted');
  });
});
