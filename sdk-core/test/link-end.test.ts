import { CLOSE_CODES, type CloseName } from '@callsheet/protocol';
import { expect } from 'chai';
import type { ErrorCode } from '../src/index.ts';
import { errorFromClose, isOverload } from '../src/link-end.ts';

/** Frozen: the codes after which a client does not come back, and what its calls are told. */
const FINAL: Partial<Record<CloseName, readonly [string, ErrorCode]>> = {
  BAD_OPENING: ['RpcClientError', 'PROTOCOL'],
  UNAUTHENTICATED: ['AuthError', 'AUTH'],
  FORBIDDEN: ['AuthError', 'FORBIDDEN'],
  VERSION_MISMATCH: ['RpcClientError', 'PROTOCOL'],
  TAKEN_OVER: ['ConnectionError', 'CLOSED'],
};

describe('the end of a link', () => {
  for (const [name, { code }] of Object.entries(CLOSE_CODES)) {
    const final = FINAL[name as CloseName];
    it(`by ${name} is ${final === undefined ? 'a reason to dial again' : 'final'}`, () => {
      for (const opened of [true, false]) {
        const [kind, lost] = final ?? ['ConnectionError', opened ? 'CONNECTION_LOST' : 'CONNECT_FAILED'];
        const error = errorFromClose(code, 'so it is', opened);
        expect(error).to.include({ name: kind, code: lost, closeCode: code, retryable: final === undefined });
        expect(error.message).to.contain(`(code ${code}, "so it is")`);
      }
    });
  }

  it('keeps the fault of the platform as its cause, and says nothing of a reason nobody gave', () => {
    const cause = new Error('ECONNREFUSED');
    const error = errorFromClose(1006, '', false, cause);
    expect(error).to.include({ message: 'Cannot connect (code 1006)', cause });
    expect(errorFromClose(1006, '', false)).to.not.have.own.property('cause');
  });

  it('tells when the server wants to be left alone for a while', () => {
    const codes = Object.values(CLOSE_CODES).map(({ code }) => code);
    expect(codes.filter(isOverload)).to.deep.equal([CLOSE_CODES.TRY_LATER.code, CLOSE_CODES.ABUSE.code]);
  });
});
