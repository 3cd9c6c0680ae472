import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  MappingType,
  type Panel,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as GraphBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** Grafana's names of units. */
export type Unit =
  | 'short'
  | 'reqps'
  | 'ops'
  | 'percentunit'
  | 's'
  | 'bytes'
  | 'Bps'
  | 'currencyUSD'
  | 'x'
  | 'dateTimeAsIso';

/** PromQL by legend; a legend may name labels: `{{tool}}`. */
export type Queries = Readonly<Record<string, string>>;

export interface PanelFacts {
  readonly title: string;
  /** What it shows, and what to do when it looks bad. */
  readonly says: string;
  readonly unit: Unit;
  readonly queries: Queries;
  /** Columns of the 24 there are. */
  readonly span?: number;
}

/** The data source, chosen at the top of the dashboard. */
export const SOURCE = { type: 'prometheus', uid: '$datasource' };

export interface GraphFacts extends PanelFacts {
  readonly stacked?: boolean;
  /** Dots on the lines that lead to traces, where Prometheus keeps exemplars. */
  readonly exemplars?: boolean;
  readonly max?: number;
}

/** Lines over time. */
export function graph(facts: GraphFacts): Builder<Panel> {
  const panel = new GraphBuilder()
    .title(facts.title)
    .description(facts.says)
    .datasource(SOURCE)
    .unit(facts.unit)
    .min(0)
    .span(facts.span ?? 8)
    .height(8)
    .drawStyle(GraphDrawStyle.Line)
    .lineWidth(1)
    .fillOpacity(facts.stacked ? 30 : 8)
    .showPoints(VisibilityMode.Never)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .targets(targets(facts.queries, (query) => query.range().exemplar(facts.exemplars ?? false)));
  if (facts.stacked) panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  if (facts.max !== undefined) panel.max(facts.max);
  return panel;
}

export interface StatFacts extends PanelFacts {
  /** From where on it is yellow, and red; leave out where no number is bad. */
  readonly warn?: number;
  readonly bad?: number;
}

/** One number, with its recent past behind it. */
export function stat(facts: StatFacts): Builder<Panel> {
  return new StatBuilder()
    .title(facts.title)
    .description(facts.says)
    .datasource(SOURCE)
    .unit(facts.unit)
    .span(facts.span ?? 4)
    .height(4)
    .noValue('–')
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.Area)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false))
    .thresholds(thresholds(facts))
    .targets(targets(facts.queries, (query) => query.range()));
}

function thresholds({ warn, bad }: StatFacts): ThresholdsConfigBuilder {
  const steps = [
    { value: null, color: 'green' },
    ...(warn === undefined ? [] : [{ value: warn, color: 'yellow' }]),
    ...(bad === undefined ? [] : [{ value: bad, color: 'red' }]),
  ];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}

/** The newest values, one row for each set of labels, one column for each query. */
export function table(facts: PanelFacts): Builder<Panel> {
  const panel = new TableBuilder()
    .title(facts.title)
    .description(facts.says)
    .datasource(SOURCE)
    .unit(facts.unit)
    .span(facts.span ?? 24)
    .height(9)
    .filterable(true)
    .targets(targets(facts.queries, (query) => query.instant().format(PromQueryFormat.Table)))
    .withTransformation({ id: 'merge', options: {} });
  const columns = Object.keys(facts.queries).map((legend, at) => [`Value #${refId(at)}`, legend]);
  const hidden = { Time: true, Value: facts.queries.Value === '' };
  return panel.withTransformation({
    id: 'organize',
    options: { excludeByName: hidden, indexByName: {}, renameByName: Object.fromEntries(columns) },
  });
}

export interface TimelineFacts extends PanelFacts {
  /** What the numbers mean, and their colours. */
  readonly states: Readonly<Record<number, { readonly text: string; readonly color: string }>>;
}

/** States over time, as bands of colour. */
export function timeline(facts: TimelineFacts): Builder<Panel> {
  return new TimelineBuilder()
    .title(facts.title)
    .description(facts.says)
    .datasource(SOURCE)
    .unit(facts.unit)
    .span(facts.span ?? 24)
    .height(7)
    .mergeValues(true)
    .showValue(VisibilityMode.Auto)
    .mappings([{ type: MappingType.ValueToText, options: { ...facts.states } }])
    .targets(targets(facts.queries, (query) => query.range()));
}

function targets(
  queries: Queries,
  shape: (query: DataqueryBuilder) => DataqueryBuilder,
): readonly Builder<Dataquery>[] & Builder<Dataquery>[] {
  return Object.entries(queries).map(([legend, expr], at) =>
    shape(new DataqueryBuilder().refId(refId(at)).datasource(SOURCE).expr(expr).legendFormat(legend)),
  );
}

function refId(at: number): string {
  return String.fromCharCode(65 + at);
}
