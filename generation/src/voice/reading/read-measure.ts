import { isNumber, numberValue, numberWords } from './numbers.ts';
import type { Reader } from './reader.ts';

type Names = readonly [one: string, many: string];

/** Read behind a number, written together or apart. Spelling counts: `mW` is not `MW`. */
const UNITS: { readonly [symbol: string]: Names } = {
  '%': ['percent', 'percent'],
  '‰': ['per mille', 'per mille'],
  '°': ['degree', 'degrees'],
  '°C': ['degree celsius', 'degrees celsius'],
  '°F': ['degree fahrenheit', 'degrees fahrenheit'],
  m: ['meter', 'meters'],
  g: ['gram', 'grams'],
  L: ['liter', 'liters'],
  l: ['liter', 'liters'],
  h: ['hour', 'hours'],
  s: ['second', 'seconds'],
  W: ['watt', 'watts'],
  V: ['volt', 'volts'],
  mm: ['millimeter', 'millimeters'],
  cm: ['centimeter', 'centimeters'],
  km: ['kilometer', 'kilometers'],
  'm²': ['square meter', 'square meters'],
  'km²': ['square kilometer', 'square kilometers'],
  'm³': ['cubic meter', 'cubic meters'],
  'm/s': ['meter per second', 'meters per second'],
  'km/h': ['kilometer per hour', 'kilometers per hour'],
  kph: ['kilometer per hour', 'kilometers per hour'],
  mph: ['mile per hour', 'miles per hour'],
  mi: ['mile', 'miles'],
  ft: ['foot', 'feet'],
  yd: ['yard', 'yards'],
  mg: ['milligram', 'milligrams'],
  kg: ['kilogram', 'kilograms'],
  lb: ['pound', 'pounds'],
  lbs: ['pound', 'pounds'],
  oz: ['ounce', 'ounces'],
  ml: ['milliliter', 'milliliters'],
  mL: ['milliliter', 'milliliters'],
  KB: ['kilobyte', 'kilobytes'],
  MB: ['megabyte', 'megabytes'],
  GB: ['gigabyte', 'gigabytes'],
  TB: ['terabyte', 'terabytes'],
  Mbps: ['megabit per second', 'megabits per second'],
  Gbps: ['gigabit per second', 'gigabits per second'],
  Hz: ['hertz', 'hertz'],
  kHz: ['kilohertz', 'kilohertz'],
  MHz: ['megahertz', 'megahertz'],
  GHz: ['gigahertz', 'gigahertz'],
  mW: ['milliwatt', 'milliwatts'],
  kW: ['kilowatt', 'kilowatts'],
  MW: ['megawatt', 'megawatts'],
  GW: ['gigawatt', 'gigawatts'],
  kWh: ['kilowatt hour', 'kilowatt hours'],
  mAh: ['milliamp hour', 'milliamp hours'],
  dB: ['decibel', 'decibels'],
  ms: ['millisecond', 'milliseconds'],
  sec: ['second', 'seconds'],
  min: ['minute', 'minutes'],
  hr: ['hour', 'hours'],
  hrs: ['hour', 'hours'],
  fps: ['frame per second', 'frames per second'],
  bpm: ['beat per minute', 'beats per minute'],
  rpm: ['turn per minute', 'turns per minute'],
  px: ['pixel', 'pixels'],
};
/** Words and letters of their own: units only when written to the number, as in `5in`. */
const ATTACHED: { readonly [symbol: string]: Names } = {
  in: ['inch', 'inches'],
  '"': ['inch', 'inches'],
  k: ['thousand', 'thousand'],
  K: ['thousand', 'thousand'],
  M: ['million', 'million'],
  B: ['billion', 'billion'],
  bn: ['billion', 'billion'],
  T: ['trillion', 'trillion'],
  x: ['times', 'times'],
  X: ['times', 'times'],
  '×': ['times', 'times'],
  '+': ['plus', 'plus'],
};
/** Names of picture formats, not thousands. */
const PICTURE_FORMAT = /^[48][kK]$/;

/** `70%`, `12 km/h`, `-5°C`, `250MB`, `10x`. */
export const readMeasure: Reader = (core, { previous }) => {
  if (/\d$/.test(previous) && Object.hasOwn(UNITS, core))
    return nameOf(core, isNumber(previous) ? numberValue(previous) : 2);
  if (PICTURE_FORMAT.test(core)) return [...numberWords(core.slice(0, 1)), 'k'];
  const [, figure = '', symbol = ''] = /^([-−+~]?[\d.,]*\d)([^\d.,].*)$/.exec(core) ?? [];
  const plain = figure.replace('~', '');
  if (!isNumber(plain) || !(Object.hasOwn(UNITS, symbol) || Object.hasOwn(ATTACHED, symbol))) return undefined;
  const about = figure.startsWith('~') ? ['about'] : [];
  return [...about, ...numberWords(plain), ...nameOf(symbol, numberValue(plain))];
};

function nameOf(symbol: string, value: number): string[] {
  const [one, many] = UNITS[symbol] ?? ATTACHED[symbol] ?? ['', ''];
  return (Math.abs(value) === 1 ? one : many).split(' ');
}
