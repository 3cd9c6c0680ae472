import { expect } from 'chai';
import { pageLife } from '../src/page-life.ts';

/** What a window or worker has of its own, as far as a life is concerned. */
class Scope {
  readonly heard: string[] = [];
  readonly window = new EventTarget();
  readonly document = Object.assign(new EventTarget(), { hidden: false });

  fire(target: EventTarget, type: string, facts: object = {}): void {
    target.dispatchEvent(Object.assign(new Event(type), facts));
  }
}

describe('the life of a page', () => {
  let scope: Scope;
  const own = Object.getOwnPropertyDescriptors(globalThis);
  const put = (names: Record<string, unknown>): void => {
    for (const [name, value] of Object.entries(names))
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  };
  const listen = (): (() => void) =>
    pageLife.listen({
      wake: () => scope.heard.push('wake'),
      sleep: () => scope.heard.push('sleep'),
    });
  beforeEach(() => {
    scope = new Scope();
    put({
      addEventListener: scope.window.addEventListener.bind(scope.window),
      document: scope.document,
    });
  });
  afterEach(() => {
    for (const name of ['addEventListener', 'document']) {
      Reflect.deleteProperty(globalThis, name);
      const before = own[name];
      if (before) Object.defineProperty(globalThis, name, before);
    }
  });

  it('wakes when the network comes and when it goes: both have to be looked at', () => {
    listen();
    scope.fire(scope.window, 'offline');
    scope.fire(scope.window, 'online');
    expect(scope.heard).to.deep.equal(['wake', 'wake']);
  });

  it('wakes when a hidden tab is shown again, and does nothing when it is hidden', () => {
    listen();
    scope.document.hidden = true;
    scope.fire(scope.document, 'visibilitychange');
    expect(scope.heard).to.deep.equal([]);
    scope.document.hidden = false;
    scope.fire(scope.document, 'visibilitychange');
    expect(scope.heard).to.deep.equal(['wake']);
  });

  it('sleeps while a hidden tab is frozen', () => {
    listen();
    scope.fire(scope.document, 'freeze');
    expect(scope.heard).to.deep.equal(['sleep']);
    scope.fire(scope.document, 'resume');
    expect(scope.heard).to.deep.equal(['sleep', 'wake']);
  });

  it('sleeps when the page is put away and wakes when it comes back, but not when it is shown first', () => {
    listen();
    scope.fire(scope.window, 'pageshow', { persisted: false });
    expect(scope.heard).to.deep.equal([]);
    scope.fire(scope.window, 'pagehide', { persisted: true });
    scope.fire(scope.window, 'pageshow', { persisted: true });
    expect(scope.heard).to.deep.equal(['sleep', 'wake']);
  });

  it('hears of the network in a worker, which has no document', () => {
    Reflect.deleteProperty(globalThis, 'document');
    listen();
    scope.fire(scope.window, 'online');
    scope.fire(scope.window, 'pagehide');
    expect(scope.heard).to.deep.equal(['wake']);
  });

  it('lets go of everything when it is told to', () => {
    listen()();
    scope.fire(scope.window, 'online');
    scope.fire(scope.window, 'pagehide');
    scope.fire(scope.document, 'visibilitychange');
    expect(scope.heard).to.deep.equal([]);
  });
});
