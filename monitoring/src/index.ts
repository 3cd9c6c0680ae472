export { REDACTED } from './redaction/ranges.ts';
export { Redactor, type RedactorOptions, type ShapeOptions } from './redaction/redactor.ts';
