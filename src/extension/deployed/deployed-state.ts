import * as vscode from 'vscode';
import type { DeployedRow } from '../../protocol/deployed.ts';
import { isCancelled, ReefError } from '../../protocol/errors.ts';
import type { EngineClient } from '../client/engine-client.ts';
import { viewIds } from '../commands/ids.ts';
import { throttle } from '../throttle.ts';
import { createFunctionDetails, type DetailsOfFunctions } from './function-details.ts';
import { idlePlace, type PlaceState } from './place-state.ts';
import { problemOf } from './problem-of.ts';

/** How often the view is drawn anew while a list comes. */
const drawEveryMs = 250;

/** What this window knows of deployed functions. A cloud is asked when somebody opens, reloads or reads something, and never before. */
export interface DeployedState extends vscode.Disposable {
  readonly onDidChange: vscode.Event<void>;
  readonly functions: DetailsOfFunctions;
  places(): readonly PlaceState[];
  place(target: string): PlaceState;
  /** The places that are shown from now on; what is known of those that stay is kept. */
  setPlaces(targets: readonly string[]): void;
  /** Lists a place unless that has been done; settles with the first rows, or when it ended without any. */
  open(target: string): Promise<void>;
  /** Lists a place anew; what was known is shown until all is there. */
  reload(target: string): Promise<void>;
  /** Ends a list that is under way. */
  stop(target: string): void;
  /** Asks about one function anew when it is next shown. */
  reloadFunction(target: string, functionId: string): void;
  /** Words that rows have to have, see `matchesFilter`. */
  filter(): string;
  setFilter(text: string): void;
}

type Parts = {
  engine: EngineClient;
  log: vscode.LogOutputChannel;
  /** The workspace folder whose engine asks. */
  folder: () => string | undefined;
};

type Listing = { cancel: vscode.CancellationTokenSource; firstRows: Promise<void>; whole: Promise<void> };

export function createDeployedState({ engine, log, folder: firstFolder }: Parts): DeployedState {
  const changed = new vscode.EventEmitter<void>();
  const publish = throttle(() => changed.fire(), drawEveryMs);
  const listings = new Map<string, Listing>();
  let places: PlaceState[] = [];
  let filter = '';

  function folder(): string {
    const found = firstFolder();
    if (found !== undefined) return found;
    throw new ReefError('no-workspace', vscode.l10n.t('Reef works on a folder on this machine: open one that holds functions.'));
  }

  const functions = createFunctionDetails({ engine, log, folder, onChange: () => changed.fire() });
  const place = (target: string): PlaceState => places.find((each) => each.target === target) ?? idlePlace(target);

  function update(target: string, change: Partial<PlaceState>): void {
    places = places.map((each) => (each.target === target ? { ...each, ...change } : each));
    changed.fire();
  }

  /** Rows are shown as they come; where the whole list was known before, only once all are there. */
  async function list(target: string, cancel: vscode.CancellationTokenSource, onRows: () => void): Promise<void> {
    const { listing, rows: before } = place(target);
    const isFirst = before.size === 0 || listing === 'stopped' || listing === 'loading';
    const rows = new Map<string, DeployedRow>();
    update(target, { listing: 'loading', problem: null, ...(isFirst && { rows }) });
    const end = (change: Partial<PlaceState>): void => {
      // Another list of the place may have begun since.
      if (listings.get(target)?.cancel === cancel) update(target, change);
    };
    try {
      const { tagsProblem } = await engine.request(
        'deployed',
        { folder: folder(), target },
        {
          token: cancel.token,
          onDeployedRows({ rows: page }) {
            for (const row of page) rows.set(row.id, row);
            onRows();
            if (isFirst) publish();
          },
        },
      );
      end({ listing: 'ready', rows, tagsProblem });
    } catch (error) {
      if (isCancelled(error)) end({ listing: 'stopped' });
      else end({ listing: 'failed', problem: await problemOf(error, target, { engine, log }) });
    }
  }

  function start(target: string): Listing {
    listings.get(target)?.cancel.cancel();
    functions.forget(target);
    const cancel = new vscode.CancellationTokenSource();
    const { promise: rowsCame, resolve } = Promise.withResolvers<void>();
    const listing: Listing = { cancel, firstRows: rowsCame, whole: Promise.resolve() };
    listings.set(target, listing);
    listing.whole = list(target, cancel, resolve);
    listing.firstRows = Promise.race([rowsCame, listing.whole]);
    void vscode.window.withProgress({ location: { viewId: viewIds.deployed } }, () => listing.whole);
    return listing;
  }

  function stop(target: string): void {
    listings.get(target)?.cancel.cancel();
  }

  return {
    onDidChange: changed.event,
    functions,
    places: () => places,
    place,
    setPlaces(targets) {
      for (const { target } of places) if (!targets.includes(target)) stop(target);
      places = [...new Set(targets)].map(place);
    },
    open(target) {
      const { listing } = place(target);
      if (listing === 'idle' || listing === 'stopped') return start(target).firstRows;
      return listings.get(target)?.firstRows ?? Promise.resolve();
    },
    reload: (target) => start(target).whole,
    stop,
    reloadFunction(target, functionId) {
      functions.forget(target, functionId);
      changed.fire();
    },
    filter: () => filter,
    setFilter(text) {
      filter = text.trim();
      publish();
    },
    dispose() {
      for (const { cancel } of listings.values()) cancel.cancel();
      changed.dispose();
    },
  };
}
