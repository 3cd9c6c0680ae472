import { expect } from 'chai';
import { useBystander } from './bystander.ts';
import { frame, OPCODE } from './frames.ts';
import { RawConnection } from './raw-connection.ts';
import { ADMIN, memoryAddedBy, useTarget } from './target.ts';

const { text, continuation, close, ping, pong } = OPCODE;
const BEARER = { Authorization: `Bearer ${ADMIN}` };
const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
const NOT_UTF8 = Buffer.from([0x22, 0xc3, 0x28, 0x22]);
const closing = (code: number, reason: Uint8Array | string = ''): Buffer =>
  Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason as string)]);

/** What is sent over an open connection → the code it is closed with. RFC 6455 §5, §7.4, §8.1. */
const BROKEN: Readonly<Record<string, readonly [bytes: Uint8Array, code: number]>> = {
  'the first reserved bit, which says compressed': [frame({ opcode: text, reserved: 4, payload: PING }), 1002],
  'the second reserved bit': [frame({ opcode: text, reserved: 2, payload: PING }), 1002],
  'the third reserved bit': [frame({ opcode: text, reserved: 1, payload: PING }), 1002],
  'a reserved bit on a ping': [frame({ opcode: ping, reserved: 4 }), 1002],
  'opcode 3': [frame({ opcode: 3, payload: PING }), 1002],
  'opcode 7': [frame({ opcode: 7, payload: PING }), 1002],
  'opcode 11': [frame({ opcode: 11 }), 1002],
  'opcode 15': [frame({ opcode: 15 }), 1002],
  'a frame without a mask': [frame({ opcode: text, masked: false, payload: PING }), 1002],
  'a ping without a mask': [frame({ opcode: ping, masked: false }), 1002],
  'a ping of 126 bytes': [frame({ opcode: ping, payload: 'x'.repeat(126) }), 1002],
  'a pong that declares 1 TiB': [frame({ opcode: pong, declared: 1n << 40n }), 1002],
  'a ping in two parts': [frame({ opcode: ping, fin: false }), 1002],
  'a close of one byte': [frame({ opcode: close, payload: 'x' }), 1002],
  'a close with a code nobody may send': [frame({ opcode: close, payload: closing(1006) }), 1002],
  'a close with a code that is none': [frame({ opcode: close, payload: closing(999) }), 1002],
  'a close whose reason is not UTF-8': [frame({ opcode: close, payload: closing(1000, NOT_UTF8) }), 1007],
  'a continuation of nothing': [frame({ opcode: continuation, payload: PING }), 1002],
  'a message inside a message': [
    Buffer.concat([frame({ opcode: text, fin: false, payload: '[' }), frame({ opcode: text, payload: PING })]),
    1002,
  ],
  'text that is not UTF-8': [frame({ opcode: text, payload: NOT_UTF8 }), 1007],
  'text whose parts together are not UTF-8': [
    Buffer.concat([
      frame({ opcode: text, fin: false, payload: NOT_UTF8.subarray(0, 2) }),
      frame({ opcode: continuation, payload: NOT_UTF8.subarray(2) }),
    ]),
    1007,
  ],
  'overlong UTF-8': [frame({ opcode: text, payload: Buffer.from([0xc0, 0xaf]) }), 1007],
  'half a surrogate in UTF-8': [frame({ opcode: text, payload: Buffer.from([0xed, 0xa0, 0x80]) }), 1007],
  'a binary frame': [frame({ opcode: OPCODE.binary, payload: PING }), 1008],
  'a declared length of 1 TiB': [frame({ opcode: text, declared: 1n << 40n }), 1009],
  'a declared length of 2^63': [frame({ opcode: text, declared: 1n << 63n }), 1009],
  'a declared length beyond what a number holds': [frame({ opcode: text, declared: (1n << 64n) - 1n }), 1009],
};

describe('attacks by frames', () => {
  const target = useTarget();
  useBystander(target);
  const intruder = async (headers: Record<string, string> = BEARER): Promise<RawConnection> => {
    const connection = new RawConnection(target());
    expect((await connection.upgrade(headers)).status).to.equal(101);
    return connection;
  };

  for (const [name, [bytes, code]] of Object.entries(BROKEN)) {
    it(`closes with ${code} for ${name}`, async () => {
      const connection = await intruder();
      connection.write(bytes);
      expect(await connection.closeCode()).to.equal(code);
      connection.destroy();
    });
  }

  it('closes a stranger in the same way as a caller', async () => {
    for (const [name, [bytes, code]] of Object.entries(BROKEN)) {
      const connection = await intruder({});
      connection.write(bytes);
      expect(await connection.closeCode(), name).to.equal(code);
      connection.destroy();
    }
  });

  it('cuts off who goes on after the close instead of answering it', async () => {
    const connection = await intruder();
    connection.write(frame({ opcode: 3 }));
    await connection.closeCode();
    await connection.cutOff();
  });

  it('survives frames that end in the middle, cut at every byte', async () => {
    const whole = frame({ opcode: text, payload: PING });
    for (let length = 1; length < whole.length; length += 5) {
      const connection = await intruder();
      connection.write(whole.subarray(0, length));
      connection.socket.resetAndDestroy();
      await connection.gone;
    }
  });

  it('answers a good message that comes byte by byte, so that the list above means something', async () => {
    const connection = await intruder();
    for (const byte of frame({ opcode: text, payload: PING })) connection.write(Buffer.from([byte]));
    await connection.until(() => connection.frames.length > 0);
    expect(JSON.parse(String(connection.frames[0]?.payload))).to.deep.include({ id: 1, result: {} });
    connection.destroy();
  });

  it('refuses a message of 16 MiB with 1009 and holds less than 32 MB for it', async () => {
    const connection = await intruder();
    const whole = frame({ opcode: text, payload: Buffer.alloc(16 * 1_048_576, 0x20) });
    const added = await memoryAddedBy(target(), async () => {
      for (let at = 0; at < whole.length; at += 65_536) connection.write(whole.subarray(at, at + 65_536));
      expect(await connection.closeCode()).to.equal(1009);
    });
    expect(added).to.be.below(32);
    connection.destroy();
  });

  it('refuses a message of 16 MiB that comes in pieces of 1 MiB', async () => {
    const connection = await intruder();
    const piece = Buffer.alloc(1_048_576, 0x20);
    connection.write(frame({ opcode: text, fin: false, payload: piece }));
    for (let sent = 1; sent < 16; sent += 1) {
      connection.write(frame({ opcode: continuation, fin: false, payload: piece }));
    }
    expect(await connection.closeCode()).to.equal(1009);
    connection.destroy();
  });

  it('refuses a message in 150,000 tiny pieces, and holds less than 32 MB for it', async () => {
    for (const payload of ['', ' ']) {
      const connection = await intruder();
      const thousand = Buffer.concat(
        Array.from({ length: 1000 }, () => frame({ opcode: continuation, fin: false, payload })),
      );
      const added = await memoryAddedBy(target(), async () => {
        connection.write(frame({ opcode: text, fin: false, payload }));
        for (let sent = 0; sent < 150; sent += 1) connection.write(thousand);
        expect(await connection.closeCode(), `${payload.length} bytes a piece`).to.be.oneOf([1008, 1009]);
      });
      expect(added).to.be.below(32);
      connection.destroy();
    }
  });

  it('cuts off who sends 1,000,000 pings and does not read the pongs', async () => {
    const connection = await intruder();
    const thousand = Buffer.concat(
      Array.from({ length: 1000 }, () => frame({ opcode: ping, payload: 'x'.repeat(125) })),
    );
    const added = await memoryAddedBy(target(), async () => {
      expect(await connection.flood(thousand, 1000)).to.be.below(1000);
    });
    expect(added).to.be.below(32);
  });

  it('does not agree to compression, whatever is offered', async () => {
    for (const offer of ['permessage-deflate', 'permessage-deflate; client_max_window_bits, x-webkit-deflate-frame']) {
      const connection = new RawConnection(target());
      const answer = await connection.upgrade({ ...BEARER, 'Sec-WebSocket-Extensions': offer });
      expect([answer.status, /sec-websocket-extensions/i.test(answer.head)]).to.deep.equal([101, false]);
      connection.destroy();
    }
  });
});
