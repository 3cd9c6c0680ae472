export { type AnswerFacts, answerSignature, resultDigest } from './audit/answer-signature.ts';
export type { AuditEntry, AuditLine } from './audit/entry.ts';
export type { AuditTrailOptions } from './audit/options.ts';
export type { AuditPage, AuditQuery } from './audit/query.ts';
export { AuditTrail } from './audit/trail.ts';
export { type Verification, type VerifyOptions, verifyAudit } from './audit/verify.ts';
export { REDACTED } from './redaction/ranges.ts';
export { Redactor, type RedactorOptions, type ShapeOptions } from './redaction/redactor.ts';
