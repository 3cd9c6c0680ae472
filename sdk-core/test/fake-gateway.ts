import { ScriptedGateway } from '../src/testing.ts';

export { type Handler, type Received, SESSION, TestLine as FakeLine } from '../src/testing.ts';

/** A gateway in memory, scripted by method. Set `resumes` to let clients come back. */
export class FakeGateway extends ScriptedGateway {
  /** `sendsCredential`: whether the transport claims to show the credential at the upgrade. */
  constructor(sendsCredential = false) {
    super({ sendsCredential });
  }
}
