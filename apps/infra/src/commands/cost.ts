import { Command } from 'commander';

import { resolveStackConfig } from '../config/stack-config.ts';
import { programGraph } from '../graph/program-graph.ts';
import { estimateCost, type Load } from '../cost/estimate.ts';
import measured from '../cost/measured-units.json' with { type: 'json' };
import priceList from '../cost/prices.json' with { type: 'json' };
import { perMillionUpdates, renderReport, totalOf } from '../cost/report.ts';
import { functionsLeftOut, stackParts } from '../cost/stack-parts.ts';
import { addOptions, COST_OPTIONS } from './options.ts';

interface CostOptions extends Load {
  alarms: string;
  tracing: string;
  capacity: string;
  json?: boolean;
}

const command = new Command('infra:cost').description(
  'Estimates the monthly list price of a stack with its default configuration, but for the settings that are options here.',
);
await addOptions(command, COST_OPTIONS).action(printCost).parseAsync();

async function printCost({ json, alarms, tracing, capacity, ...load }: CostOptions): Promise<void> {
  const stackConfig = {
    'leaderboard:alarms': alarms,
    'leaderboard:tracing': tracing,
    'leaderboard:capacity': capacity,
  };
  const config = resolveStackConfig({ stack: 'dev', stackConfig, environment: {} });
  const graph = await programGraph(config);
  const parts = stackParts(graph, config);
  const estimate = (of: Load) => estimateCost(of, parts, measured, priceList.prices);
  const idle = estimate({ ...load, updatesPerDay: 0, players: 0 });
  const loaded = estimate(load);
  const perMillion = perMillionUpdates(idle, loaded, 30 * load.updatesPerDay);
  const leftOut = functionsLeftOut(graph);
  const notes = [
    `List prices of ${priceList.region} in ${priceList.currency}, as of ${priceList.asOf}, without free allowances; a month has 30 days.`,
    `Not from AWS's price list but from the pricing pages: ${uncheckedPrices().join(', ')}.`,
    `Units and bytes per update: measured on ${measured.measuredOn} by ${measured.command}.`,
    `Assumed, not measured: ${load.invocationMs} ms billed per invocation, ${load.updatesPerBatch} updates per batch, ${load.games} games, ${load.months} months of ledger.`,
    'Data transfer within the region and from producers into AWS is free.',
    `Not estimated, as it depends on the callers: ${[...leftOut, 'the page'].join(', ')}.`,
  ];
  console.log(
    json
      ? JSON.stringify(
          {
            load,
            idle,
            loaded,
            total: { idle: totalOf(idle), loaded: totalOf(loaded) },
            perMillion,
            notes,
          },
          undefined,
          2,
        )
      : renderReport({ idle, loaded, perMillion, notes }),
  );
}

/** Prices without a usage type do not come from AWS's price list. */
function uncheckedPrices(): string[] {
  return Object.entries(priceList.prices)
    .filter(([, price]) => !('usageType' in price))
    .map(([name]) => name);
}
