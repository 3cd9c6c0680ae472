import { expect } from 'chai';
import { RemainingTime, UsualDurations } from '../../src/jobs/eta.ts';

describe('remaining time', () => {
  it('is unknown while there is nothing to estimate from', () => {
    expect(new RemainingTime(0).at(500)).to.equal(undefined);
  });

  it('goes by the usual duration until something is measured, and never below zero', () => {
    const remaining = new RemainingTime(1_000, 20);
    expect([remaining.at(1_000), remaining.at(6_000), remaining.at(60_000)]).to.deep.equal([20, 15, 0]);
  });

  it('follows a steady speed, also between reports', () => {
    const remaining = new RemainingTime(0);
    for (let second = 1; second <= 10; second++) remaining.observe(second / 40, second * 1_000);
    expect(remaining.at(10_000)).to.equal(30);
    expect(remaining.at(12_500)).to.equal(27.5);
  });

  it('forgets an old speed', () => {
    const remaining = new RemainingTime(0);
    for (let second = 1; second <= 10; second++) remaining.observe(second / 20, second * 1_000);
    // From here ten times slower: 0.5 left at 0.005 a second.
    for (let second = 11; second <= 60; second++) remaining.observe(0.5 + (second - 10) / 200, second * 1_000);
    expect(remaining.at(60_000)).to.be.within(45, 55);
  });

  it('does not take remembered stages that fly by at a resume for speed', () => {
    const remaining = new RemainingTime(0);
    for (let i = 1; i <= 8; i++) remaining.observe(i / 10, i * 50);
    expect(remaining.at(400)).to.equal(undefined);
    for (let second = 1; second <= 5; second++) remaining.observe(0.8 + second / 100, second * 1_000 + 400);
    expect(remaining.at(5_400)).to.be.within(14, 16);
  });

  it('ignores reports that bring nothing new', () => {
    const remaining = new RemainingTime(0);
    remaining.observe(0.1, 1_000);
    remaining.observe(0.2, 2_000);
    remaining.observe(0.2, 3_000);
    remaining.observe(0.3, 3_050);
    expect(remaining.at(3_050)).to.equal(7);
  });
});

describe('usual durations', () => {
  it('lean towards the newest run', () => {
    const usual = new UsualDurations();
    usual.note('a', 10);
    usual.note('a', 20);
    expect(usual.of('a')).to.equal(13);
    expect(usual.of('b')).to.equal(undefined);
  });

  it('are kept for a bounded number of tools', () => {
    const usual = new UsualDurations();
    for (let i = 0; i < 1_001; i++) usual.note(`tool ${i}`, 1);
    expect([usual.of('tool 999'), usual.of('tool 1000')]).to.deep.equal([1, undefined]);
  });
});
