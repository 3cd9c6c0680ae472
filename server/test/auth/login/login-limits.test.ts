import { expect } from 'chai';
import { LoginLimits } from '../../../src/auth/login/login-limits.ts';

describe('login limits', () => {
  let now = 0;
  let limits: LoginLimits;
  beforeEach(() => {
    now = 0;
    limits = new LoginLimits({ now: () => now });
  });
  const passed = (times: number, take: (n: number) => number): number =>
    Array.from({ length: times }, (_, n) => take(n)).filter((wait) => wait === 0).length;

  it('let five attempts for a user pass from one address, and then one each three minutes', () => {
    expect(passed(20, () => limits.takeLogin('ada', '192.0.2.1'))).to.equal(5);
    expect(limits.takeLogin('ada', '192.0.2.1')).to.equal(180_000);
    now = 180_000;
    expect(passed(20, () => limits.takeLogin('ada', '192.0.2.1'))).to.equal(1);
  });

  it('let twenty attempts for a user pass from anywhere', () => {
    expect(passed(100, (n) => limits.takeLogin('ada', `192.0.2.${n}`))).to.equal(20);
    expect(limits.takeLogin('bob', '192.0.2.1'), 'others are not concerned').to.equal(0);
  });

  it('do not let one address use up what the user has', () => {
    passed(1_000, () => limits.takeLogin('ada', '192.0.2.1'));
    expect(limits.takeLogin('ada', '192.0.2.2')).to.equal(0);
  });

  it('take all addresses of an IPv6 network for one', () => {
    expect(passed(20, (n) => limits.takeLogin('ada', `2001:db8::${n}`))).to.equal(5);
  });

  it('let a user refresh sixty times at once, and then two times a minute', () => {
    expect(passed(100, () => limits.takeRefresh('usr_1'))).to.equal(60);
    now = 60_000;
    expect(passed(100, () => limits.takeRefresh('usr_1'))).to.equal(2);
  });
});
