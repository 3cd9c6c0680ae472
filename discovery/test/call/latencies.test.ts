import { expect } from 'chai';
import { Latencies } from '../../src/call/latencies.ts';

describe('How long the calls of a tool take', () => {
  it('is not known from a few of them', () => {
    const latencies = new Latencies(0.95);
    for (let call = 0; call < 39; call++) latencies.add(100);
    expect(latencies.ms).to.equal(undefined);
    latencies.add(100);
    expect(latencies.ms).to.be.within(100, 120);
  });

  it('is what one in twenty exceeds, a fifth too much at most', () => {
    const latencies = new Latencies(0.95);
    for (let call = 1; call <= 900; call++) latencies.add(((call * 7) % 900) + 1);
    expect(latencies.ms).to.be.within(855, 855 * 1.2);
  });

  it('follows a tool that becomes faster', () => {
    const latencies = new Latencies(0.95);
    for (let call = 0; call < 900; call++) latencies.add(4_000);
    for (let call = 0; call < 6_000; call++) latencies.add(10);
    expect(latencies.ms).to.be.within(10, 12);
  });

  it('stands any number', () => {
    const latencies = new Latencies(0.95);
    for (const ms of [0, -1, 1e-9, 1e12, Number.POSITIVE_INFINITY]) {
      for (let call = 0; call < 20; call++) latencies.add(ms);
    }
    expect(latencies.ms).to.be.greaterThan(0).and.to.be.lessThan(1e9);
  });
});
