import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { apiErrors } from '../../doors/api-error.ts';
import { requireJson } from '../../doors/perimeter/require-json.ts';
import { type Check, Schemas } from '../../pipeline/schemas.ts';
import type { LoginService } from './login-service.ts';

export interface LoginRouteOptions {
  readonly service: Pick<LoginService, 'login' | 'refresh' | 'logout'>;
  /** Where a request comes from, behind trusted proxies too. */
  readonly address: (request: FastifyRequest) => string;
}

const MAX_BODY_BYTES = 4096;

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });
const body = (properties: Readonly<Record<string, ReturnType<typeof text>>>) => ({
  ...{ type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
});

/**
 * `POST /api/auth/login`, `/api/auth/refresh` and `/api/auth/logout` as a Fastify plug-in. They take JSON only, answer
 * what no cache may keep, and never say why a password or a token was not good.
 */
export function loginRoutes({ service, address }: LoginRouteOptions): FastifyPluginAsync {
  const schemas = new Schemas();
  const login = reader<'username' | 'password'>(
    schemas.compile(body({ username: text(128), password: text(256) }), 'the login'),
  );
  const session = reader<'refresh_token'>(schemas.compile(body({ refresh_token: text(128) }), 'the refresh token'));
  return async (app) => {
    apiErrors(app);
    app.addHook('onRequest', requireJson);
    app.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'));
    const options = { bodyLimit: MAX_BODY_BYTES };
    app.post('/api/auth/login', options, async (request) =>
      service.login({ ...login(request.body), address: address(request) }),
    );
    app.post('/api/auth/refresh', options, async (request) =>
      service.refresh({ refreshToken: session(request.body).refresh_token }),
    );
    app.post('/api/auth/logout', options, async (request, reply) => {
      await service.logout({ refreshToken: session(request.body).refresh_token });
      return reply.code(204).send();
    });
  };
}

/** Reads a body whose members are all texts, once it was checked. */
function reader<Name extends string>(check: Check): (value: unknown) => Readonly<Record<Name, string>> {
  return (value) => {
    check(value);
    return value as Readonly<Record<Name, string>>;
  };
}
