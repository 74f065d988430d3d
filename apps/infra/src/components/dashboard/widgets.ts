import type * as pulumi from '@pulumi/pulumi';

/** Columns of a CloudWatch dashboard (CloudWatch: dashboard body structure). */
export const DASHBOARD_COLUMNS = 24;
const TITLE_HEIGHT = 1;
const GRAPH_HEIGHT = 6;

/** One line of a graph. */
export interface Series {
  namespace: string;
  metricName: string;
  dimensions: Record<string, pulumi.Input<string>>;
  statistic: 'Sum' | 'Maximum' | 'Average' | 'p50' | 'p99';
  /** Its name in the legend. */
  label: string;
}

export interface Graph {
  title: string;
  series: readonly Series[];
}

/** A titled row of graphs, side by side and equally wide. */
export interface Row {
  title: string;
  graphs: readonly Graph[];
}

export interface PlacedWidget {
  type: 'text' | 'metric';
  x: number;
  y: number;
  width: number;
  height: number;
  properties: Record<string, unknown>;
}

/**
 * Places rows below each other, as the body of a CloudWatch dashboard.
 *
 * @param periodSeconds length of one point of every graph.
 */
export function placeRows(
  rows: readonly Row[],
  region: string,
  periodSeconds: number,
): PlacedWidget[] {
  return rows.flatMap(({ title, graphs }, index) => {
    const y = index * (TITLE_HEIGHT + GRAPH_HEIGHT);
    const width = Math.floor(DASHBOARD_COLUMNS / graphs.length);
    const heading: PlacedWidget = {
      type: 'text',
      x: 0,
      y,
      width: DASHBOARD_COLUMNS,
      height: TITLE_HEIGHT,
      properties: { markdown: `## ${title}` },
    };
    const placed = graphs.map((graph, column): PlacedWidget => ({
      type: 'metric',
      x: column * width,
      y: y + TITLE_HEIGHT,
      width,
      height: GRAPH_HEIGHT,
      properties: graphProperties(graph, region, periodSeconds),
    }));
    return [heading, ...placed];
  });
}

function graphProperties({ title, series }: Graph, region: string, periodSeconds: number) {
  return {
    title,
    region,
    view: 'timeSeries',
    period: periodSeconds,
    yAxis: { left: { min: 0 } },
    metrics: series.map(({ namespace, metricName, dimensions, statistic, label }) => [
      namespace,
      metricName,
      ...Object.entries(dimensions).flat(),
      { stat: statistic, label },
    ]),
  };
}
