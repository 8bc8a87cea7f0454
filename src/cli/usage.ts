/** The command line itself is wrong: exit code 2, with the usage of the command. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `reef: right-size serverless functions from real measurements

Usage
  reef functions [--target NAME] [--json]       the functions of the workspace, or those of a target (deployed, recorded)
  reef functions --target aws… [--filter WORDS] [--group stack|tag:KEY]
                                                what is deployed, row by row as it comes, or by stack or tag
  reef functions <function> --target aws… [--figures]
                                                one of them: its source, aliases, versions, and figures from its log
  reef invoke <function> [options]              run a function once
  reef profile <function> [options]             find its right memory size
  reef profile <function> --check [options]     fail when the optimum moved or the cost rose, for CI
  reef profile --all [--calls-per-month N]      every function of the workspace, ranked by what it would save
  reef apply <function> [options]               write the right size into its template, CDK or Terraform source
  reef apply <function> --target aws… --live    change the deployed function itself; --undo sets it back
  reef apply <function> --target aws… --alias NAME [--weight PERCENT | --finish | --roll-back]
                                                shift an alias to a new version with the size, by a share of its calls
  reef runs [--limit N] [--json]                what has been measured
  reef report <run|last> [--html FILE] [--json] the report of a run
  reef logs follow <function> [--target aws…]   the log of a deployed function as it grows
  reef logs show <run>[/<number>]               what one call logged ("last": of the newest run)
  reef logs import FILE|- --function NAME       calls from a log of AWS Lambda (text or JSON)
  reef logs import <function> --target aws…     what CloudWatch has of a deployed function's calls
  reef import power-tuning URL|FILE --function NAME
                                                a result of AWS Lambda Power Tuning
  reef export <run|last> --format FORMAT        a report as power-tuning, power-tuning-url, csv, json or
                                                markdown
  reef drift [function] [--calls N] [--json]    whether reports still hold; --calls N measures a little first
  reef savings [--calls-per-month N] [--json]   functions ranked by the money their right sizes save
  reef trace <function> [options]               the memory of a function over time, its cost and what of it is
                                                paid for nothing
  reef trace --image IMAGE [options] [-- ARGUMENT …]
                                                the same of a program in a container
  reef docker base-image [node|python]          an image from this machine's own Node or Python
  reef serve [--port N] [--target docker]       Lambda's Invoke API for the functions, on this machine
  reef package <function> [--out FILE] [--json] its code as it would be deployed: an archive, or an image
  reef deploy <function> --target aws… [options] what would change there; once you agree, it is made so
  reef deploy --roles --target aws…             roles that a function can be given
  reef versions <function> [--target aws…]      what was published of it
  reef rollback <function> [--to VERSION]       its alias, or what is deployed, back to the version before
  reef destroy <function> [--logs]              delete all that this workspace made for it
  reef doctor [--target aws…] [--json]          what is there and what is missing
  reef recover [--force] [--json]               undo what an ended study, change or deployment left on AWS

Options
  --workspace DIR        the workspace folder (default: the current folder)
  --target NAME          process (default), docker, aws[:PROFILE][/REGION], or replay:<csv file or folder>
  --image IMAGE          with --target docker: the image to run in (default: the runtime's official one)
  --qualifier NAME       with invoke --target aws: a version or alias (also as <function>:NAME)
  --curve ID             the recorded curve to play, with --target replay:…; with import power-tuning 1 or 2
  --event FILE|NAME      the event to send (default: the function's first, else {})
  --payload JSON         the event as text
  --event FILE=WEIGHT    with profile, several times: events and how often each comes, any positive numbers
  --payloads FILE        with profile: the same as a JSON list of {"payload": …, "weight": …}
  --objective GOAL       cost, fastest or balanced (default: balanced)
  --tolerance PERCENT    for fastest: how much dearer than the cheapest, e.g. 10%
  --dry-run              with apply: show the change, and make none
  --memory MB, --run ID  with apply: the size (default: what the latest report recommends), or the report that has it
  --weight PERCENT       with apply --alias: share of the calls for the new version (default: 10%)
  --limit TIME           the longest acceptable duration, e.g. 500ms or 2s (also: --max-duration)
  --percentile N         share of calls that must keep the limit: 50, 95 or 99 (default: their mean must)
  --confidence PERCENT   how sure that must be (default: 90%)
  --cold-rate PERCENT    share of calls that are cold, e.g. 5%: their init counts too
  --min-memory MB, --max-memory MB
                         only sizes within these bounds
  --max-invocations N    stop after so many calls (default: 40)
  --max-usd X            stop before so much money is spent (default: 1); also of logs import --insights
  --concurrency N        calls at once, at different sizes (default: 1; with serve: 10)
  --fresh                count nothing that was measured before
  --plan                 say what a profile would take, or what would change, and do nothing
  --yes                  make paid calls and queries, and planned changes, without asking
  --role NAME            with deploy: the execution role, by name or ARN (default: what is set, else a basic one that is made)
  --create-role          with deploy --yes: the basic role may be made
  --adopt                with deploy: take over a function that this workspace did not make
  --alias NAME           with rollback: the alias to move, where there are several
  --logs                 with destroy: its logs too
  --config FILE          with profile: settings from a parrotfish.json or an input of Power Tuning; flags win
  --seed N               the seed of everything random (default: 1)
  --html FILE            where to write the report as a page
  --markdown             with profile and report: print the report as Markdown
  --baseline FILE        with --check: a report's JSON to compare with (default: the store's latest)
  --max-regret PERCENT   with --check: how much worse the baseline's size may have become (default: 5%)
  --max-cost-rise PERCENT  with --check: how much dearer a call at the size in use may be (default: 10%)
  --summary FILE         with --check: where to write the summary as Markdown
  --calls-per-month N    with --all and savings: calls of every function, or name=N for one; may be repeated
  --architecture NAME    x86_64 or arm64; with import (default: the function's), and with apply --live, to move it
  --days N               with logs import --target aws, and --figures: how far back (default: 14)
  --filter WORDS         with functions --target aws: rows whose name, runtime, architecture or tags (key=value) have them all
  --group GROUPING       with functions --target aws: stack, or tag:KEY
  --figures              with functions <function>: what its log says of its calls; nothing is kept
  --insights             with logs import --target aws: by queries of Logs Insights, which are paid for
  --since TIME           with logs follow: how far back it begins (default: 10m)
  --poll                 with logs follow: without Live Tail, which is paid for
  --port N               with serve: where to listen on this machine (default: 9001; 0: any)
  --retry-after TIME     with serve: wait before an asynchronous event is tried again (default: 60s)
  --csv FILE             with import: where to write a curve to replay
  --out FILE             with export: where to write (default: standard output); with package: where the archive goes
  --runs N               with trace: how often it runs, with each event (default: 1); the target's default is docker
  --calls N              with trace: calls in each run, the first of them cold (default: 1)
  --memory MB, --cpus N, --env NAME=VALUE, --mount SOURCE:/TARGET[:ro], --workdir DIR, --user USER,
  --entrypoint PROGRAM, --name NAME, --network NAME, --read-only
                         with trace --image: as the container shall run; --env and --mount may be repeated
  --time-cap TIME        with trace: end a run that lasts longer (default: 15 minutes, 900s)
  --probe NAME           with trace: wrapper, sidecar, host-files, one-shot or stream (default: the first that works)
  --provider ID          with trace: whose bill is split, e.g. aws-arm64 or google-run (default: aws-x86)
  --hull, --margin PERCENT
                         with trace: a limit that follows the runs, with its proof, and a margin (default: 10%)
  --safe-size            with trace: the smallest limit under which it works, tried out
  --autotune dry-run|apply
                         with trace --image: one more run whose limit follows the hull, or would
  --from FILE            with trace: rawresults.csv of functracer in place of runs, and a uhull.json to replay
  --uhull FILE           with trace: where to write the limits that follow the runs, as functracer has them
  --samples FILE         with trace: where to write every reading: .csv, rawresults.csv, results.dat, .prom (OpenMetrics), or NDJSON
  --html FILE            with trace: a page that holds the report and every reading, and opens offline
  --node PROGRAM         the Node that runs functions (default: node)
  --python PROGRAM       the Python that runs functions (default: python3)
  --store FILE           the file of measurements (default: .reef/samples.db)
  --json                 print one JSON document
  --help, --version

Exit codes: 0 done, 1 failed (with --check: the profile changed), 2 wrong use (with --check: no baseline).`;

/** What the usage says of one command; all of it for what is no command. */
export function usageOf(command: string | undefined): string {
  const [, commands = ''] = /\nUsage\n([^]*?)\n\n/.exec(usage) ?? [];
  const own = commands.split(/\n(?= {2}reef )/).filter((entry) => entry.startsWith(`  reef ${command} `));
  return own.length === 0 ? usage : `Usage\n${own.join('\n')}\n\n"reef --help" lists all commands and options.`;
}
