import { expect } from 'chai';
import fc from 'fast-check';
import { acceptsGzip, negotiateFormat } from '../../src/exposition/negotiate.ts';
import { OPEN_METRICS, PROTOBUF } from './read-page.ts';

describe('negotiation of the format', () => {
  it('gives text to who says nothing, takes anything, or takes nothing of what there is', () => {
    for (const accept of [
      undefined,
      '',
      '*/*',
      'text/html',
      'application/json;q=1',
      'text/plain;q=0',
      'application/openmetrics-text;q=0',
      'text/*;q=0.1',
    ]) {
      expect(negotiateFormat(accept), accept).to.equal('text');
    }
    expect(negotiateFormat('text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8')).to.equal('text');
  });

  it('gives Prometheus 2.42 what it asks for, with native histograms and without', () => {
    const plain =
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
    const native =
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
    expect(negotiateFormat(plain)).to.equal('openMetrics');
    expect(negotiateFormat(native)).to.equal('protobuf');
  });

  it('gives Prometheus 3 what it asks for', () => {
    const accept =
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';
    expect(negotiateFormat(accept)).to.equal('openMetrics');
  });

  it('goes by quality, whatever the order', () => {
    expect(negotiateFormat(`text/plain;q=0.2, ${OPEN_METRICS};q=0.3, ${PROTOBUF};q=0.25`)).to.equal('openMetrics');
    expect(negotiateFormat(`${PROTOBUF}; q=0.001, text/plain;q=0`)).to.equal('protobuf');
    expect(negotiateFormat(`${OPEN_METRICS};q=0, */*;q=0.5`)).to.equal('text');
  });

  it('takes what was named first when two are liked the same, and a name before a wildcard', () => {
    expect(negotiateFormat(`${OPEN_METRICS}, text/plain; version=0.0.4`)).to.equal('openMetrics');
    expect(negotiateFormat(`text/plain, ${OPEN_METRICS}`)).to.equal('text');
    expect(negotiateFormat(`*/*, ${OPEN_METRICS}`)).to.equal('openMetrics');
    expect(negotiateFormat('application/*')).to.equal('openMetrics');
  });

  it('lets the most precise range speak for a format', () => {
    expect(negotiateFormat('text/plain;q=0.9, text/plain;version=0.0.4;q=0.1, application/*;q=0.5')).to.equal(
      'openMetrics',
    );
    expect(negotiateFormat('application/*;q=0.1, application/openmetrics-text;q=0.9, text/plain;q=0.8')).to.equal(
      'openMetrics',
    );
  });

  it('does not give another version or encoding than was asked for', () => {
    expect(negotiateFormat('application/openmetrics-text; version=2.0.0')).to.equal('text');
    expect(
      negotiateFormat('application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=text'),
    ).to.equal('text');
    expect(negotiateFormat(`text/plain; version=1.0.0, ${OPEN_METRICS};q=0.1`)).to.equal('openMetrics');
  });

  it('reads names in any case, spaces, and values in quotes', () => {
    expect(negotiateFormat('Application/OpenMetrics-Text ; Version="1.0.0" ; Q=0.5 , text/plain;q=0.4')).to.equal(
      'openMetrics',
    );
    expect(negotiateFormat('application/openmetrics-text;x="a,b;q=0\\"";version=1.0.0, text/plain;q=0.4')).to.equal(
      'openMetrics',
    );
  });

  it('passes over what does not follow the grammar', () => {
    for (const quality of ['2', '-1', '0.5555', 'x', '', '1.001', '.5']) {
      expect(negotiateFormat(`${OPEN_METRICS};q=${quality}, ${PROTOBUF};q=0.1`), quality).to.equal('protobuf');
    }
    expect(negotiateFormat(`,,;;=,"${PROTOBUF}`)).to.equal('text');
  });

  it('always has an answer, whatever it reads', () => {
    const piece = fc.constantFrom(
      ...'*/;,=q".\\ 01',
      'text/plain',
      OPEN_METRICS,
      PROTOBUF,
      ';q=0.',
      'version',
      '\u0000',
      'é',
    );
    const header = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(header, (text) => {
        expect(negotiateFormat(text)).to.be.oneOf(['text', 'openMetrics', 'protobuf']);
        expect(acceptsGzip(text)).to.be.a('boolean');
      }),
    );
  });

  it('reads a hundred members and no more', () => {
    expect(negotiateFormat(`${'a/b,'.repeat(99)}application/openmetrics-text`)).to.equal('openMetrics');
    expect(negotiateFormat(`${'a/b,'.repeat(100)}application/openmetrics-text`)).to.equal('text');
  });

  it('reads the longest header a server takes without looking twice at a character', () => {
    for (const piece of ['"', '\\"', 'a;', ',"', '"\\', 'q=0;', ' ']) {
      expect(negotiateFormat(piece.repeat(20_000))).to.equal('text');
    }
  });
});

describe('negotiation of gzip', () => {
  it('compresses for those who say so', () => {
    for (const header of ['gzip', 'br, gzip;q=0.1', 'GZIP', 'x-gzip', '*', 'deflate, *;q=0.5']) {
      expect(acceptsGzip(header), header).to.equal(true);
    }
  });

  it('does not compress for anybody else', () => {
    for (const header of [undefined, '', 'br', 'gzip;q=0', '*;q=0', 'gzip;q=0, *', 'gzip;q=no']) {
      expect(acceptsGzip(header), header).to.equal(false);
    }
  });
});
