import { type AssEvent, assAlpha, assColour, decimal, faceTags, faceText } from './ass-syntax.ts';
import type { Callout } from './callouts.ts';
import { FACES } from './fonts.ts';
import type { TextMeasure } from './measure.ts';
import { type Box, type Frame, frameShape } from './safe-area.ts';
import { DRAWING_MODE, pinned, ringArc } from './shapes.ts';

const FACE = 'Inter ExtraBold';
const LABEL_FACE = 'Inter SemiBold';
const COUNT_SECONDS = 0.8;
const STEPS = 20;
const FADE_MS = 200;
/** Height of Inter's capitals and figures, in ems. */
const CAP_HEIGHT = 0.728;

/** Figures as ASS events, in a zone of their own: a ring that fills for percentages, a number that counts up for amounts. */
export function calloutEvents(
  callouts: readonly Callout[],
  zone: Box,
  frame: Frame,
  accent: string,
  measure: TextMeasure,
): AssEvent[] {
  const wide = frameShape(frame) === 'landscape';
  const radius = Math.min(
    (zone.bottom - zone.top) / 2,
    (zone.right - zone.left) / 2,
    Math.min(frame.width, frame.height) * 0.21,
  );
  const middle = { x: wide ? zone.left + radius : (zone.left + zone.right) / 2, y: (zone.top + zone.bottom) / 2 };
  return callouts.flatMap((callout) =>
    callout.kind === 'percent'
      ? ringEvents(callout, middle, radius * 0.96, accent, measure)
      : amountEvents(callout, middle, wide ? radius : (zone.right - zone.left) / 2, radius, accent, measure),
  );
}

interface Step {
  readonly start: number;
  readonly end: number;
  /** How far the count is, 0–1, fast first. */
  readonly share: number;
  readonly fade: string;
}

/** Steps while the number counts, then one that holds it. */
function steps({ start, end }: Callout): Step[] {
  const counting = Math.min(COUNT_SECONDS, (end - start) / 2);
  return Array.from({ length: STEPS }, (_, index) => {
    const last = index === STEPS - 1;
    return {
      start: start + (counting * index) / STEPS,
      end: last ? end : start + (counting * (index + 1)) / STEPS,
      share: 1 - (1 - (index + 1) / STEPS) ** 3,
      fade: index === 0 ? '\\fad(40,0)' : last ? `\\fad(0,${FADE_MS})` : '',
    };
  });
}

function shown(callout: Callout, share: number): string {
  const number = (callout.value * share).toFixed(callout.decimals);
  const grouped = number.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return callout.prefix + grouped + (callout.kind === 'percent' ? '%' : '');
}

interface Middle {
  readonly x: number;
  readonly y: number;
}

function ringEvents(
  callout: Callout,
  middle: Middle,
  radius: number,
  accent: string,
  measure: TextMeasure,
): AssEvent[] {
  const thickness = radius * 0.13;
  const size = radius * 2;
  const place = `\\an7\\pos(${decimal(middle.x - radius)},${decimal(middle.y - radius)})\\bord0\\shad0`;
  const shape = (start: number, end: number, layer: number, look: string, path: string): AssEvent => ({
    layer,
    start,
    end,
    style: 'Shape',
    body: `{${place}${look}\\p${DRAWING_MODE}}${pinned(path, size, size)}`,
  });
  const { start, end } = callout;
  const whole = ringArc(radius, radius * 0.999, 1);
  const track = ringArc(radius, thickness, 1);
  const em = Math.min(radius * 0.66, (radius * 1.5 * 100) / measure.width(shown(callout, 1), FACE, 100));
  return [
    shape(start, end, 5, `\\1c${assColour('#05060C')}\\1a${assAlpha(0.62)}\\fad(140,${FADE_MS})`, whole),
    shape(start, end, 6, `\\1c${assColour('#FFFFFF')}\\1a${assAlpha(0.2)}\\fad(140,${FADE_MS})`, track),
    ...steps(callout).flatMap((step) => [
      shape(
        step.start,
        step.end,
        7,
        `\\1c${assColour(accent)}${step.fade}`,
        ringArc(radius, thickness, Math.max(0.012, (callout.value / 100) * step.share)),
      ),
      number(callout, step, middle, em),
    ]),
  ];
}

/** The number as it stands at one step, its figures centred on the middle. */
function number(callout: Callout, step: Step, middle: Middle, em: number): AssEvent {
  const foot = middle.y + (CAP_HEIGHT / 2) * em + FACES[FACE].descent * em;
  const look = `\\bord${decimal(em * 0.02)}\\blur0.8\\3c${assColour('#0B0B12')}\\1c${assColour('#FFFFFF')}${step.fade}`;
  return {
    layer: 8,
    start: step.start,
    end: step.end,
    style: 'Text',
    body: `{\\an2\\q2\\pos(${decimal(middle.x)},${decimal(foot)})${faceTags(FACE, em)}${look}}${faceText(shown(callout, step.share), FACE, em)}`,
  };
}

function amountEvents(
  callout: Callout,
  middle: Middle,
  halfWidth: number,
  radius: number,
  accent: string,
  measure: TextMeasure,
): AssEvent[] {
  const room = halfWidth * 1.9;
  const em = Math.min(radius * 0.95, (room * 100) / measure.width(shown(callout, 1), FACE, 100));
  const unitEm =
    callout.unit === '' ? 0 : Math.min(em * 0.36, (room * 100) / measure.width(callout.unit, LABEL_FACE, 100));
  const up = { x: middle.x, y: middle.y - unitEm * 0.75 };
  const events = steps(callout).map((step) => number(callout, step, up, em));
  if (unitEm === 0) return events;
  const foot = up.y + (CAP_HEIGHT / 2) * em + unitEm * 1.45 + FACES[LABEL_FACE].descent * unitEm;
  const look = `\\bord${decimal(unitEm * 0.06)}\\blur0.6\\3c${assColour('#0B0B12')}\\1c${assColour(accent)}\\fad(240,${FADE_MS})`;
  const body = faceText(callout.unit.toUpperCase(), LABEL_FACE, unitEm);
  const { start, end } = callout;
  const place = `\\an2\\q2\\pos(${decimal(middle.x)},${decimal(foot)})${faceTags(LABEL_FACE, unitEm)}`;
  return [...events, { layer: 8, start, end, style: 'Text', body: `{${place}${look}}${body}` }];
}
