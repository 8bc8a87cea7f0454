import type { Engine } from '../../engine/engine.ts';
import type { DeployedRow } from '../../protocol/deployed.ts';
import { type Grouping, groupRows, matchesFilter, parseGrouping } from '../../protocol/deployed-groups.ts';
import { deployedDocument, functionDocument } from '../deployed-document.ts';
import { functionText, groupHeading, listHeading, listRow } from '../deployed-text.ts';
import { wholeNumber } from '../options.ts';
import { UsageError } from '../usage.ts';

type Values = {
  target: string;
  filter?: string | undefined;
  group?: string | undefined;
  figures?: boolean | undefined;
  days?: string | undefined;
  json?: boolean | undefined;
};

const defaultDays = 14;

/** Prints rows as they come; what has to be in an order (groups, a document) when all are there. */
export async function deployedListCommand(engine: Engine, values: Values, signal: AbortSignal): Promise<number> {
  if (values.figures !== undefined || values.days !== undefined)
    throw new UsageError('--figures and --days go with one function: name it.');
  const grouping = groupingOf(values.group);
  const rows = new Map<string, DeployedRow>();
  const streams = values.json !== true && grouping.by === 'none';
  const { tagsProblem } = await engine.deployed({ target: values.target }, signal, (page) => {
    for (const row of page) {
      if (!matchesFilter(row, values.filter ?? '')) continue;
      if (streams && !rows.has(row.id)) console.log([...(rows.size === 0 ? [listHeading] : []), listRow(row)].join('\n'));
      rows.set(row.id, row);
    }
  });
  if (tagsProblem !== null) console.error(`reef: ${tagsProblem}`);
  const groups = groupRows(rows.values(), grouping);
  if (values.json === true) {
    const functions = groups.flatMap(([, members]) => members.map(deployedDocument));
    console.log(JSON.stringify({ schema: 'reef/functions@1', functions, diagnostics: [] }, null, 2));
  } else if (rows.size === 0) console.log(`No functions found in ${values.target}.`);
  else if (!streams) {
    for (const [group, members] of groups)
      console.log([groupHeading(group, members.length), ...members.map(listRow), ''].join('\n'));
  }
  return 0;
}

export async function deployedFunctionCommand(
  engine: Engine,
  name: string,
  values: Values,
  signal: AbortSignal,
): Promise<number> {
  if (values.filter !== undefined || values.group !== undefined)
    throw new UsageError('--filter and --group go with all functions: name none.');
  if (values.days !== undefined && values.figures !== true) throw new UsageError('--days goes with --figures.');
  const days = wholeNumber(values.days, 'days', 1) ?? defaultDays;
  const row = await engine.deployedFunction({ target: values.target, function: name }, signal);
  const found = { target: values.target, function: row.id };
  const versions = await engine.deployedVersions(found, signal);
  const figures = values.figures === true ? await engine.logFigures({ ...found, days }, signal) : null;
  if (values.json === true) console.log(JSON.stringify(functionDocument(row, versions, figures), null, 2));
  else console.log(functionText(row, versions, figures));
  return 0;
}

function groupingOf(text: string | undefined): Grouping {
  if (text === undefined) return { by: 'none' };
  const grouping = parseGrouping(text);
  if (grouping === null) throw new UsageError(`--group takes stack or tag:KEY, not: ${text}`);
  return grouping;
}
