import type * as pulumi from '@pulumi/pulumi';

import type { Graph, Row, Series } from './widgets.ts';

type Name = pulumi.Input<string>;

/** One stage of the path of an update. The dashboard does not show what is left out. */
export interface Stage {
  title: string;
  queue?: { name: Name; deadLetterQueueName: Name };
  function?: { name: Name };
  /** Tables that the stage writes, by their names in the legend. */
  tables?: Record<string, Name>;
  /** Metrics that the stage's function emits. */
  metrics?: { namespace: string; service: Name; counts: Record<string, string> };
  /** How old the data is when it leaves the stage, in milliseconds. */
  freshness?: Series;
}

/** The names of a queue and of its dead-letter queue. */
export function queueNames(queues: Record<'queue' | 'deadLetterQueue', { name: Name }>) {
  return { name: queues.queue.name, deadLetterQueueName: queues.deadLetterQueue.name };
}

/** The rows of a stage: what arrives and waits, how the function performs, what it writes. */
export function stageRows(stage: Stage): Row[] {
  const rows: Row[] = [];
  const { queue, function: fn, tables, metrics, freshness } = stage;
  if (queue) rows.push({ title: `${stage.title}: queue`, graphs: queueGraphs(queue) });
  if (fn) {
    const lag: Graph[] = freshness ? [{ title: 'Freshness (ms)', series: [freshness] }] : [];
    rows.push({ title: `${stage.title}: function`, graphs: [...functionGraphs(fn.name), ...lag] });
  }
  const written = [
    ...(metrics ? [countsGraph(metrics)] : []),
    ...(tables && Object.keys(tables).length > 0 ? tableGraphs(tables) : []),
  ];
  if (written.length > 0) rows.push({ title: `${stage.title}: results`, graphs: written });
  return rows;
}

function queueGraphs(queue: { name: Name; deadLetterQueueName: Name }): Graph[] {
  const of =
    (name: Name) =>
    (metricName: string, statistic: Series['statistic'], label: string): Series => ({
      namespace: 'AWS/SQS',
      metricName,
      dimensions: { QueueName: name },
      statistic,
      label,
    });
  const main = of(queue.name);
  const deadLetters = of(queue.deadLetterQueueName);
  return [
    {
      title: 'Arrivals',
      series: [
        main('NumberOfMessagesSent', 'Sum', 'sent'),
        main('NumberOfMessagesDeleted', 'Sum', 'done'),
      ],
    },
    {
      title: 'Age of the oldest message (s)',
      series: [main('ApproximateAgeOfOldestMessage', 'Maximum', 'oldest')],
    },
    {
      title: 'Waiting and in flight',
      series: [
        main('ApproximateNumberOfMessagesVisible', 'Maximum', 'waiting'),
        main('ApproximateNumberOfMessagesNotVisible', 'Maximum', 'in flight'),
      ],
    },
    {
      title: 'Dead letters',
      series: [deadLetters('ApproximateNumberOfMessagesVisible', 'Maximum', 'dead letters')],
    },
  ];
}

function functionGraphs(name: Name): Graph[] {
  const series = (metricName: string, statistic: Series['statistic'], label: string): Series => ({
    namespace: 'AWS/Lambda',
    metricName,
    dimensions: { FunctionName: name },
    statistic,
    label,
  });
  return [
    {
      title: 'Invocations, errors, throttles',
      series: [
        series('Invocations', 'Sum', 'invocations'),
        series('Errors', 'Sum', 'errors'),
        series('Throttles', 'Sum', 'throttles'),
      ],
    },
    {
      title: 'Duration (ms)',
      series: [series('Duration', 'p50', 'p50'), series('Duration', 'p99', 'p99')],
    },
    {
      title: 'Instances at a time',
      series: [series('ConcurrentExecutions', 'Maximum', 'instances')],
    },
  ];
}

function countsGraph({ namespace, service, counts }: NonNullable<Stage['metrics']>): Graph {
  return {
    title: 'Outcomes',
    series: Object.entries(counts).map(([label, metricName]) => ({
      namespace,
      metricName,
      dimensions: { service },
      statistic: 'Sum',
      label,
    })),
  };
}

function tableGraphs(tables: Record<string, Name>): Graph[] {
  const perTable = (metricName: string) =>
    Object.entries(tables).map(([label, name]): Series => ({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensions: { TableName: name },
      statistic: 'Sum',
      label,
    }));
  return [
    { title: 'Write units consumed', series: perTable('ConsumedWriteCapacityUnits') },
    { title: 'Throttled writes', series: perTable('WriteThrottleEvents') },
  ];
}
