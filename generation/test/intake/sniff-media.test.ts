import { expect } from 'chai';
import fc from 'fast-check';
import { sniffMedia } from '../../src/intake/sniff-media.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const told = (text: string) => sniffMedia(bytes(text))?.name;

describe('the format of a file', () => {
  it('is told by its first bytes', () => {
    const known: [string, string][] = [
      ['\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'png'],
      ['\xff\xd8\xff\xe0\0\x10JFIF', 'jpeg'],
      ['GIF87a', 'gif'],
      ['GIF89a', 'gif'],
      ['RIFF\x10\0\0\0WEBPVP8 ', 'webp'],
      ['RIFF\x10\0\0\0WAVEfmt ', 'wav'],
      ['FORM\0\0\0\x10AIFFCOMM', 'aiff'],
      ['FORM\0\0\0\x10AIFCFVER', 'aiff'],
      ['fLaC\0\0\0"', 'flac'],
      ['OggS\0\x02', 'ogg'],
      ['ID3\x04\0', 'mp3'],
      ['\xff\xfb\x90\0', 'mp3'],
      ['\xff\xe3\x90\0', 'mp3'],
      ['\xff\xf1\x50\x80', 'aac'],
      ['\xff\xf9\x50\x80', 'aac'],
      ['\0\0\0\x20ftypisom', 'mp4'],
      ['\0\0\0\x20ftypM4A ', 'mp4'],
      ['\0\0\0\x14ftypqt  ', 'mov'],
      ['\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm', 'webm'],
      ['\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska', 'matroska'],
    ];
    for (const [head, name] of known) expect(told(head), name).to.equal(name);
  });

  it('is none that may come in for playlists, pages, pictures of text, archives and the rest', () => {
    const strangers = [
      ...[
        '',
        '\0',
        '#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd',
        'ffconcat version 1.0\nfile x',
        'v=0\no=- 0 0 IN IP4 10.0.0.1',
      ],
      ...[
        '<svg xmlns="http://www.w3.org/2000/svg"/>',
        '<?xml version="1.0"?><svg/>',
        '<!doctype html>',
        '%PDF-1.7',
        '{"a":1}',
      ],
      ...['PK\x03\x04', '\x1f\x8b\x08', 'Rar!\x1a\x07', '7z\xbc\xaf\x27\x1c', 'BZh9', '\xfd7zXZ\0', '\x28\xb5\x2f\xfd'],
      ...[
        'RIFF\x10\0\0\0AVI LIST',
        'RIFF\x10\0\0\0',
        'FLV\x01',
        '\x47\x40\0\x10',
        '\0\0\x01\xba',
        'BM\x10\0',
        'II*\0',
        'MM\0*',
      ],
      ...[
        '\xff\xfeh\0i\0',
        '\xef\xbb\xbf#EXTM3U',
        ' #EXTM3U',
        '\x7fELF',
        'MZ\x90',
        '#!/bin/sh',
        '8BPS',
        '\x1aE\xdf\xa3\x80',
      ],
      ...[
        '\0\0\0\x20ftypheic',
        '\0\0\0\x20ftypavif',
        '\0\0\0\x20ftypmif1',
        '\x89PNG\n\x1a\n',
        'gif89a',
        '\xff\xfd\x90\0',
        '\xff\xe1\0\0',
      ],
    ];
    for (const head of strangers) expect(told(head), JSON.stringify(head)).to.equal(undefined);
  });

  it('is looked for in any bytes without a fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (head) => {
        expect(sniffMedia(head)?.demuxer ?? 'none').to.match(/^[a-z0-9_]+$/u);
      }),
    );
  });
});
