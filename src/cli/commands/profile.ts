import { join, relative } from 'node:path';
import type { ProfileRequest } from '../../engine/engine.ts';
import { writeReportPage } from '../../engine/report/page.ts';
import { renderReportText } from '../../engine/report/text.ts';
import { defaultSizingSettings, Objective, type SizingReport, type SizingSettings } from '../../protocol/sizing.ts';
import { configuredEvents, configuredStudy, withConfig } from '../config-file.ts';
import { checkBounds, checkOptions, runCheck } from '../check.ts';
import { durationMs, parse, positiveNumber, runOptions, share, wholeNumber } from '../options.ts';
import { allOptions, profileAll, wantsAll } from '../profile-all.ts';
import { consent } from '../consent.ts';
import { progressLine } from '../progress.ts';
import { chosen, chosenEvent, openEngine } from '../session.ts';
import { UsageError } from '../usage.ts';

const options = {
  ...runOptions,
  objective: { type: 'string' },
  tolerance: { type: 'string' },
  'max-duration': { type: 'string' },
  'max-invocations': { type: 'string' },
  'max-usd': { type: 'string' },
  config: { type: 'string' },
  html: { type: 'string' },
  yes: { type: 'boolean' },
  ...checkOptions,
  ...allOptions,
} as const;

type Values = { [Option in keyof typeof options]?: string | boolean | string[] | undefined };

export async function profileCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, options, 1);
  if (wantsAll(values, positionals[0])) {
    const settings = sizingSettings(values, defaultSizingSettings);
    await using engine = openEngine(values);
    return await profileAll(engine, { target: values.target ?? 'process', settings, values, signal, progress: progressLine() });
  }
  const config = await configuredStudy(values.config);
  const named = positionals[0] ?? (values.curve === undefined ? config?.functionName : undefined);
  const request = chosen(named, values);
  const settings = sizingSettings(values, withConfig(defaultSizingSettings, config));
  const bounds = checkBounds(values);
  await using engine = openEngine(values);
  await consent(request, settings, values.yes === true);
  const event = await chosenEvent(engine, request.function, values, signal);
  const events = values.event === undefined && values.payload === undefined ? configuredEvents(config) : undefined;
  const progress = progressLine();
  const profile = (asked: ProfileRequest): Promise<SizingReport> =>
    engine.profile(asked, signal, progress.report).finally(() => progress.end());
  const asked: ProfileRequest = { ...request, event, settings, ...(events !== undefined && { events }) };
  if (bounds !== null) {
    // What the baseline was made from must not speak for the present too.
    const anew = { ...asked, settings: { ...settings, useStored: false }, check: true };
    return await runCheck(engine, anew, { bounds, values, signal, profile: () => profile(anew) });
  }
  const report = await profile(asked);

  if (values.json === true) {
    if (values.html !== undefined) await writeReportPage(report, values.html);
    console.log(JSON.stringify(report, null, 2));
    return 0;
  }
  const page = await writeReportPage(report, values.html ?? join(engine.folder, '.reef', 'reports', `${report.run_id}.html`));
  console.log(renderReportText(report, { width: process.stdout.columns, colour: process.stdout.isTTY }));
  console.log(`The report as a page: ${relative('.', page)}`);
  return 0;
}

/** Settings by the flags, else by `base`. */
function sizingSettings(values: Values & { objective?: string | undefined }, base: SizingSettings): SizingSettings {
  const text = (option: keyof typeof options): string | undefined => {
    const value = values[option];
    return typeof value === 'string' ? value : undefined;
  };
  const { objective, ...defaults } = base;
  const goal = Objective.shape.goal.safeParse(text('objective') ?? objective.goal);
  if (!goal.success) throw new UsageError(`--objective is cost, fastest or balanced, not: ${text('objective')}`);
  return {
    ...defaults,
    objective: {
      ...objective,
      goal: goal.data,
      tolerance: share(text('tolerance'), 'tolerance') ?? objective.tolerance,
      maxDurationMs: durationMs(text('max-duration'), 'max-duration') ?? objective.maxDurationMs,
    },
    maxInvocations: wholeNumber(text('max-invocations'), 'max-invocations', 1) ?? defaults.maxInvocations,
    maxCostUsd: positiveNumber(text('max-usd'), 'max-usd') ?? defaults.maxCostUsd,
    seed: wholeNumber(text('seed'), 'seed', 0) ?? defaults.seed,
  };
}
