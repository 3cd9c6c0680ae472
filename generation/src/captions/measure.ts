import { createCanvas } from '@napi-rs/canvas';
import { canvasFamily, type FaceName, fontRuns } from './fonts.ts';

/** Measures text in the faces libass will draw it with. */
export interface TextMeasure {
  /** Width of one line in pixels at `em` pixels per em, without outline. */
  width(text: string, face: FaceName, em: number): number;
}

/**
 * A measure that remembers what it has measured. Widths grow with the size, because neither renderer hints horizontally;
 * the reserve pays for kerning, which a libass without HarfBuzz does a little differently.
 */
export function createTextMeasure(): TextMeasure {
  const ctx = createCanvas(1, 1).getContext('2d');
  const ems = new Map<string, number>();
  const inEms = (text: string, face: FaceName): number => {
    ctx.font = `${MEASURED_AT}px ${canvasFamily(face)}`;
    return (ctx.measureText(text).width / MEASURED_AT) * RESERVE;
  };
  return {
    width(text, face, em) {
      const key = `${face}\n${text}`;
      let known = ems.get(key);
      if (known === undefined) {
        known = fontRuns(text, face).reduce((sum, run) => sum + inEms(run.text, run.face), 0);
        ems.set(key, known);
      }
      return known * em;
    },
  };
}

const MEASURED_AT = 100;
const RESERVE = 1.01;
