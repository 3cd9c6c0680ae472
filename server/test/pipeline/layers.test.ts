import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { allow } from '../../src/pipeline/allow.ts';
import { checkArguments } from '../../src/pipeline/check-arguments.ts';
import { compose, type Handler, type Layer } from '../../src/pipeline/layer.ts';
import { policyOf } from '../policy/policy-of.ts';
import { catalogueOf, refusal, tool, toolCall } from './tool-call.ts';

const echo: Handler = async (call) => call.args;

describe('compose', () => {
  it('puts the first layer outermost and the handler last', async () => {
    const road: string[] = [];
    const layer =
      (name: string): Layer =>
      (next) =>
      (call) => {
        road.push(name);
        return next(call);
      };
    await compose([layer('a'), layer('b')], async () => road.push('handler'))(toolCall());
    expect(road).to.deep.equal(['a', 'b', 'handler']);
  });
});

describe('the layer allow', () => {
  const handler = compose(
    [allow(policyOf({ user: { allow: ['*'], deny: ['echo'] }, admin: { allow: ['*'], deny: [] } }))],
    echo,
  );

  it('lets a call pass that the role may make, and no other', async () => {
    expect(await handler(toolCall({ args: { n: 1 } }))).to.deep.equal({ n: 1 });
    const denied = await refusal(handler(toolCall({ principal: { id: 'p', role: 'user', scopes: [] } })));
    expect(denied).to.include({ name: 'TOOL_DENIED', message: 'Cannot call "echo": the role "user" may not use it' });
  });
});

describe('the layer checkArguments', () => {
  const schema = {
    type: 'object',
    additionalProperties: false,
    required: ['constructor'],
    properties: { constructor: { type: 'string', maxLength: 3 } },
  };
  const { checkInput } = catalogueOf([tool({ input: schema })]).entry('echo');
  const pass = compose([checkArguments()], echo);
  const handler = (args: JsonObject): Promise<unknown> => pass(toolCall({ checkInput, args }));

  it('says where and why arguments do not fit', async () => {
    expect(await refusal(handler({ constructor: 'long text' }))).to.deep.equal({
      name: 'INVALID_PARAMS',
      message: 'Cannot accept the arguments of "echo" at "/constructor": must NOT have more than 3 characters',
      retryable: false,
      issues: [{ path: '/constructor', keyword: 'maxLength', message: 'must NOT have more than 3 characters' }],
    });
  });

  it('is not satisfied by what every object inherits', async () => {
    expect(await refusal(handler({}))).to.include({ name: 'INVALID_PARAMS' });
  });

  it('names the argument nobody asked for', async () => {
    const { issues } = await refusal(handler({ constructor: 'ok', toString: 1 }));
    expect(issues).to.deep.equal([
      { path: '', keyword: 'additionalProperties', message: 'must NOT have additional properties ("toString")' },
    ]);
  });
});
