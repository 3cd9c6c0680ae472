import { expect } from 'chai';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { ProtobufWriter } from '../../src/exposition/protobuf-writer.ts';

function written(write: (writer: ProtobufWriter) => void): Buffer {
  const writer = new ProtobufWriter();
  write(writer);
  return writer.take();
}

describe('the protobuf writer', () => {
  it('writes whole numbers of any size as protobufjs reads them', () => {
    const whole = fc.oneof(
      fc.maxSafeNat(),
      fc.integer({ min: 2 ** 31 - 2, max: 2 ** 31 + 2 }),
      fc.constantFrom(0, 127, 128),
    );
    fc.assert(
      fc.property(whole, (value) => {
        const reader = protobuf.Reader.create(written((writer) => writer.uint(1, value)));
        expect(reader.uint32()).to.equal(8);
        expect(Number(reader.uint64())).to.equal(value);
        expect(reader.pos).to.equal(reader.len);
      }),
    );
  });

  it('writes signed numbers so that small ones are short', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (value) => {
        const reader = protobuf.Reader.create(written((writer) => writer.sint(2, value)));
        reader.uint32();
        expect(reader.sint32()).to.equal(value);
      }),
    );
    expect(written((writer) => writer.sint(2, -64))).to.have.length(2);
  });

  it('writes text of any length and script', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(200), (text, times) => {
        const reader = protobuf.Reader.create(written((writer) => writer.text(3, text.repeat(times))));
        reader.uint32();
        expect(reader.string()).to.equal(text.repeat(times));
      }),
    );
  });

  it('puts the length before messages within messages, however long they become', () => {
    for (const size of [0, 1, 100, 126, 127, 128, 5000, 16_384, 3_000_000]) {
      const bytes = written((writer) => {
        const outer = writer.open(1);
        const inner = writer.open(2);
        writer.text(3, 'x'.repeat(size));
        writer.close(inner);
        writer.uint(4, 7);
        writer.close(outer);
      });
      const reader = protobuf.Reader.create(bytes);
      expect([reader.uint32(), reader.uint32() + reader.pos]).to.deep.equal([10, bytes.length]);
      expect(reader.uint32()).to.equal(18);
      const end = reader.uint32() + reader.pos;
      expect([reader.uint32(), reader.string().length, reader.pos]).to.deep.equal([26, size, end]);
      expect([reader.uint32(), reader.uint32(), reader.pos]).to.deep.equal([32, 7, bytes.length]);
    }
  });

  it('is empty again after its bytes were taken or cleared, and what was taken stays', () => {
    const writer = new ProtobufWriter();
    writer.uint(1, 5);
    const first = writer.take();
    writer.uint(1, 6);
    writer.clear();
    writer.uint(1, 7);
    expect([first, writer.take(), writer.take()].map((bytes) => bytes.toString('hex'))).to.deep.equal([
      '0805',
      '0807',
      '',
    ]);
  });
});
