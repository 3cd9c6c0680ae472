export {
  type ObservedCall,
  type ObservedConnection,
  type PromTelemetry,
  type PromTelemetryOptions,
  promTelemetry,
} from './prometheus/prom-telemetry.ts';
