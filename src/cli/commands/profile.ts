import { join, relative } from 'node:path';
import type { Engine, ProfileRequest } from '../../engine/engine.ts';
import { renderReportMarkdown } from '../../engine/report/markdown.ts';
import { writeReportPage } from '../../engine/report/page.ts';
import { renderReportText } from '../../engine/report/text.ts';
import { defaultSizingSettings, type SizingReport } from '../../protocol/sizing.ts';
import { configuredEvents, configuredStudy, withConfig } from '../config-file.ts';
import { checkBounds, checkOptions, runCheck } from '../check.ts';
import { confirmOnTerminal, planDocument } from '../confirm.ts';
import { parse, runOptions } from '../options.ts';
import { allOptions, profileAll, wantsAll } from '../profile-all.ts';
import { progressLine } from '../progress.ts';
import { chosen, openEngine } from '../session.ts';
import { chosenEvents } from '../sizing-events.ts';
import { sizingOptions, sizingSettings } from '../sizing-settings.ts';
import { UsageError } from '../usage.ts';

const options = {
  ...runOptions,
  ...sizingOptions,
  event: { type: 'string', multiple: true },
  payloads: { type: 'string' },
  config: { type: 'string' },
  plan: { type: 'boolean' },
  yes: { type: 'boolean' },
  ...checkOptions,
  html: { type: 'string' },
  markdown: { type: 'boolean' },
  ...allOptions,
} as const;

export async function profileCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, options, 1);
  if (values.json === true && values.markdown === true) throw new UsageError('Give either --json or --markdown.');
  if (wantsAll(values, positionals[0])) {
    const settings = sizingSettings(values, defaultSizingSettings);
    await using engine = openEngine(values);
    return await profileAll(engine, { target: values.target ?? 'process', settings, values, signal, progress: progressLine() });
  }
  const config = await configuredStudy(values.config);
  const named = positionals[0] ?? (values.curve === undefined ? config?.functionName : undefined);
  const which = chosen(named, values);
  const settings = sizingSettings(values, withConfig(defaultSizingSettings, config));
  const bounds = checkBounds(values);
  await using engine = openEngine(values);
  const configured = configuredEvents(config);
  const sent = (await chosenEvents(engine, which.function, values, signal)) ?? {
    event: null,
    ...(configured !== undefined && { events: configured }),
  };
  if (values.plan === true) return await printPlan(engine, { ...which, ...sent, settings }, values.json === true, signal);
  const confirm: ProfileRequest['confirm'] = async (plan) => values.yes === true || confirmOnTerminal(plan, signal);
  const asked = { ...which, ...sent, settings, confirm };
  const progress = progressLine();
  const profile = (request: ProfileRequest): Promise<SizingReport> =>
    engine.profile(request, signal, progress.report).finally(() => progress.end());
  if (bounds !== null) {
    // What the baseline was made from must not speak for the present too.
    const anew = { ...asked, settings: { ...settings, useStored: false }, check: true };
    return await runCheck(engine, anew, { bounds, values, signal, profile: () => profile(anew) });
  }
  await printReport(engine, await profile(asked), values);
  return 0;
}

async function printPlan(engine: Engine, request: ProfileRequest, json: boolean, signal: AbortSignal): Promise<number> {
  const plan = await engine.plan(request, signal);
  console.log(json ? JSON.stringify(planDocument(plan), null, 2) : plan.sentence);
  return 0;
}

type Printing = { json?: boolean | undefined; markdown?: boolean | undefined; html?: string | undefined };

async function printReport(engine: Engine, report: SizingReport, { json, markdown, html }: Printing): Promise<void> {
  const aside = json === true || markdown === true;
  const file = html ?? (aside ? undefined : join(engine.folder, '.reef', 'reports', `${report.run_id}.html`));
  const page = file === undefined ? undefined : await writeReportPage(report, file);
  if (json === true) console.log(JSON.stringify(report, null, 2));
  else if (markdown === true) console.log(renderReportMarkdown(report));
  else {
    console.log(renderReportText(report, { width: process.stdout.columns, colour: process.stdout.isTTY }));
    if (report.invocations === 0)
      console.log('Nothing was measured anew: earlier calls of this code tell enough, --fresh measures again.');
    if (page !== undefined) console.log(`The report as a page: ${relative('.', page)}`);
  }
}
