import jsonwebtoken from 'jsonwebtoken';
import { openTokens, type Tokens } from '../auth/tokens/open.ts';
import { columns } from './columns.ts';
import { type CommandContext, defineCommand, UsageError } from './command.ts';
import { rolesOf } from './roles.ts';

const issue = defineCommand({
  words: 'tokens issue',
  summary: 'sign a token for somebody and print it once',
  operands: ['subject'],
  options: {
    role: { type: 'string', value: 'ROLE', help: 'one of [policy.roles] or of the policy file (user)' },
    scope: {
      type: 'string',
      value: 'SCOPE',
      multiple: true,
      help: 'limits the token: tools:read, tools:call, generate_*, jobs/*',
    },
    'expires-in-s': { type: 'string', value: 'N', help: 'seconds it is good ([auth] access_ttl_s)' },
  },
  async run(context) {
    const { role = 'user', scope: scopes, 'expires-in-s': seconds } = context.values;
    const roles = await rolesOf(context.loaded.config);
    if (!roles.includes(role)) {
      throw new Error(`Cannot issue a token with the role "${role}": there is none; the roles are ${roles.join(', ')}`);
    }
    const { issuer, revocations, verifier } = await tokensOf(context, roles);
    const sub = context.operands.subject;
    const { token, jti, expiresAt } = issuer.issue({
      ...{ sub, role, at: revocations.firstGoodMoment(sub) },
      ...(scopes !== undefined && { scopes }),
      ...(seconds !== undefined && { ttlSeconds: secondsOf(seconds, context) }),
    });
    // A subject or a scope no token may have: better said now than by a refusal nobody explains.
    if (verifier.identify(token) === undefined) {
      throw new Error(`Cannot issue a token for "${sub}": its name or a scope is not what a token may carry`);
    }
    context.terminal.stdout.write(`${token}\n`);
    context.terminal.stderr.write(`${jti} is good until ${new Date(expiresAt).toISOString()}\n`);
    return 0;
  },
});

const revoke = defineCommand({
  words: 'tokens revoke',
  summary: 'end one token, by its id as the audit trail has it; its connections are closed',
  operands: ['jti'],
  async run(context) {
    const jti = idOf(context.operands.jti);
    await (await tokensOf(context)).revocations.revokeTokens([{ jti }]);
    context.terminal.stdout.write(`revoked ${jti}\n`);
    return 0;
  },
});

/** Somebody who wants a token gone may well hold nothing but the token. */
function idOf(text: string): string {
  if (!text.startsWith('eyJ')) return text;
  const jti = jsonwebtoken.decode(text, { json: true })?.jti;
  if (jti === undefined)
    throw new Error('Cannot revoke the token: it cannot be read, and has no id; give its id instead');
  return jti;
}

const revokeAll = defineCommand({
  words: 'tokens revoke-all',
  summary: 'end all tokens of a subject, as the trail has it after user: (logins: users sign-out)',
  operands: ['subject'],
  async run(context) {
    const { subject } = context.operands;
    await (await tokensOf(context)).revocations.revokeSubject(subject);
    context.terminal.stdout.write(`revoked all of ${subject}\n`);
    return 0;
  },
});

const list = defineCommand({
  words: 'tokens revoked',
  summary: 'show what is revoked and could still be good otherwise',
  async run(context) {
    const { tokens, subjects } = (await tokensOf(context)).revocations.list();
    const time = (moment: number): string => new Date(moment).toISOString().slice(0, 19);
    context.terminal.stdout.write(
      columns(
        ['WHAT', 'NAME', 'MOMENT'],
        [
          ...tokens.map(({ jti, until }) => ['token', jti, `remembered until ${time(until)}`]),
          ...subjects.map(({ sub, through }) => ['subject', sub, `all until ${time(through)}`]),
        ],
      ),
    );
    return 0;
  },
});

export const tokenCommands = [issue, revoke, revokeAll, list];

type Surroundings = Pick<CommandContext, 'loaded' | 'clock'>;

async function tokensOf({ loaded: { config }, clock }: Surroundings, roles?: readonly string[]): Promise<Tokens> {
  const known = new Set(roles);
  const isRole = (role: string): boolean => known.has(role);
  return openTokens(config.auth, { dataDir: config.server.dataDir, clock, isRole });
}

function secondsOf(text: string, { loaded }: Surroundings): number {
  const most = loaded.config.auth.jwtMaxLifetimeS;
  const seconds = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0;
  if (seconds >= 1 && seconds <= most) return seconds;
  throw new UsageError(`Cannot read --expires-in-s "${text}": expected a whole number from 1 to ${most}`);
}
