import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  type Panel,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { MetricName } from '../../src/catalogue/metrics.ts';
import { SOURCE } from './panels.ts';

/** One dashboard: rows of panels under a heading. */
export interface Board {
  /** End of its address and of its file's name. */
  readonly slug: string;
  readonly title: string;
  readonly says: string;
  readonly rows: Readonly<Record<string, readonly Builder<Panel>[]>>;
}

const TAG = 'callsheet';

/** What every gateway has: where jobs and instances to choose from are found. */
const EVERYWHERE: MetricName = 'mcp_build_info';

/** The board as Grafana reads it: with the variables, the links to its neighbours and the shared cursor all boards have. */
export function dashboard({ slug, title, says, rows }: Board): Dashboard {
  const board = new DashboardBuilder(`Callsheet / ${title}`)
    .uid(`callsheet-${slug}`)
    .description(says)
    .tags([TAG])
    .timezone('browser')
    .time({ from: 'now-1h', to: 'now' })
    .refresh('10s')
    .editable()
    .tooltip(DashboardCursorSync.Crosshair)
    .link(
      new DashboardLinkBuilder('Callsheet')
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .asDropdown(false)
        .includeVars(true)
        .keepTime(true),
    )
    .withVariable(new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'))
    .withVariable(choice('job', 'Job', `label_values(${EVERYWHERE}, job)`))
    .withVariable(choice('instance', 'Gateway', `label_values(${EVERYWHERE}{job=~"$job"}, instance)`));
  for (const [heading, panels] of Object.entries(rows)) {
    board.withRow(new RowBuilder(heading));
    for (const panel of panels) board.withPanel(panel);
  }
  return numbered(board.build());
}

/** Grafana finds panels by number: in links, in alerts, when it is saved. */
function numbered(board: Dashboard): Dashboard {
  return { ...board, panels: board.panels?.map((panel, at) => ({ ...panel, id: at + 1 })) ?? [] };
}

function choice(name: string, label: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(SOURCE)
    .query(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: 'All', value: '$__all' });
}
