import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { type Stage, stageRows } from './stage.ts';
import { placeRows } from './widgets.ts';
import { requirePhysicalName } from '../physical-name.ts';

export interface OperationsDashboardArgs {
  /** Physical name. */
  name: string;
  /** Region of the metrics. */
  region: string;
  /** In the order in which data passes through them. */
  stages: readonly Stage[];
  /** Length of one point of the graphs, in seconds; a multiple of 60. */
  periodSeconds: number;
}

/** The CloudWatch dashboard of a stack: for each stage what arrives and waits, how its function performs, what it writes. */
export class OperationsDashboard extends pulumi.ComponentResource {
  readonly dashboard: aws.cloudwatch.Dashboard;

  constructor(
    name: string,
    args: OperationsDashboardArgs,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    const dashboardName = requirePhysicalName(args.name, 'dashboard');
    super('leaderboard:infra:OperationsDashboard', name, {}, opts);

    const rows = args.stages.flatMap(stageRows);
    this.dashboard = new aws.cloudwatch.Dashboard(
      `${name}-dashboard`,
      {
        dashboardName,
        dashboardBody: pulumi.jsonStringify({
          widgets: placeRows(rows, args.region, args.periodSeconds),
        }),
      },
      { parent: this },
    );

    this.registerOutputs({ dashboardName: this.dashboard.dashboardName });
  }
}
