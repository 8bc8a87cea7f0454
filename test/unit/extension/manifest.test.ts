import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { packageRoot } from '../../../src/engine/assets.ts';
import {
  commandIds,
  contextKeys,
  nodeTraits,
  sizingPanelType,
  viewIds,
  walkthroughId,
} from '../../../src/extension/commands/ids.ts';
import { settingDefaults, settingIds } from '../../../src/extension/settings-ids.ts';

const text = readFileSync(join(packageRoot(), 'package.json'), 'utf8');
const texts = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(join(packageRoot(), 'package.nls.json'), 'utf8')));

const MenuItem = z.object({ command: z.string(), when: z.string(), group: z.optional(z.string()) });
const Manifest = z.object({
  activationEvents: z.array(z.string()),
  icon: z.string(),
  publisher: z.string(),
  name: z.string(),
  capabilities: z.object({
    untrustedWorkspaces: z.object({ supported: z.string(), restrictedConfigurations: z.array(z.string()) }),
  }),
  contributes: z.object({
    commands: z.array(
      z.object({
        command: z.string(),
        title: z.string(),
        category: z.string(),
        icon: z.string(),
        enablement: z.optional(z.string()),
      }),
    ),
    viewsContainers: z.object({ activitybar: z.array(z.object({ id: z.string(), icon: z.string() })) }),
    views: z.record(z.string(), z.array(z.object({ id: z.string(), name: z.string() }))),
    viewsWelcome: z.array(z.object({ view: z.string(), contents: z.string(), when: z.string() })),
    menus: z.record(z.string(), z.array(MenuItem)),
    configuration: z.object({
      properties: z.record(z.string(), z.object({ default: z.unknown(), scope: z.string(), markdownDescription: z.string() })),
    }),
    walkthroughs: z.array(
      z.object({
        id: z.string(),
        steps: z.array(
          z.object({
            id: z.string(),
            media: z.object({ svg: z.optional(z.string()), markdown: z.optional(z.string()) }),
            completionEvents: z.array(z.string()),
          }),
        ),
      }),
    ),
  }),
});
const manifest = Manifest.parse(JSON.parse(text));
const { contributes } = manifest;
const commands = contributes.commands.map(({ command }) => command);

describe('the manifest', () => {
  test('contributes the commands that the code registers, each once', () => {
    expect([...commands].sort()).toEqual(Object.values(commandIds).sort());
  });

  test('names commands `reef.<noun>.<verb>` with a title, the category Reef and a codicon', () => {
    for (const { command, title, category, icon } of contributes.commands) {
      expect(command).toMatch(/^reef\.[a-z]+\.[a-zA-Z]+$/);
      expect(title).toBe(`%command.${command}%`);
      expect(category).toBe('Reef');
      expect(icon).toMatch(/^\$\([a-z-]+\)$/);
    }
  });

  test('lets nothing run in an untrusted workspace', () => {
    const running = [
      commandIds.run,
      commandIds.runQualified,
      commandIds.followLogs,
      commandIds.importLogs,
      commandIds.showLog,
      commandIds.profile,
      commandIds.profileWithOptions,
      commandIds.profileAll,
    ];
    const asking = [commandIds.refreshDeployed, commandIds.readFigures, commandIds.addPlace, commandIds.signIn];
    for (const { enablement } of contributes.commands.filter(({ command }) => asking.some((id) => id === command)))
      expect(enablement).toMatch(/^isWorkspaceTrusted/);
    const enablement = contributes.commands
      .filter(({ command }) => running.some((id) => id === command))
      .map((item) => item.enablement);
    expect(enablement).toEqual(running.map(() => 'isWorkspaceTrusted'));
    expect(manifest.capabilities.untrustedWorkspaces.supported).toBe('limited');
    expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations).toEqual(
      expect.arrayContaining([
        settingIds.nodePath,
        settingIds.pythonPath,
        settingIds.storePath,
        settingIds.awsEndpoint,
        settingIds.awsPlaces,
      ]),
    );
  });

  test('contributes the settings that the code reads, with the same defaults', () => {
    const defaults = Object.fromEntries(
      Object.entries(contributes.configuration.properties).map(([id, item]) => [id, item.default]),
    );
    expect(defaults).toEqual(settingDefaults);
  });

  test('leaves the programs that run functions to the machine', () => {
    for (const id of [settingIds.nodePath, settingIds.pythonPath]) {
      expect(contributes.configuration.properties[id]?.scope).toBe('machine-overridable');
    }
  });

  test('contributes the views that the code fills, and welcomes for each', () => {
    const views = Object.values(contributes.views).flat();
    expect(views.map(({ id }) => id)).toEqual(Object.values(viewIds));
    for (const { id } of views) expect(contributes.viewsWelcome.some(({ view }) => view === id)).toBe(true);
    expect(Object.keys(contributes.views)).toEqual(contributes.viewsContainers.activitybar.map(({ id }) => id));
  });

  test('names only commands that exist in menus, and traits that the trees give', () => {
    const traits: string[] = Object.values(nodeTraits);
    const { commandPalette: hidden = [], ...menus } = contributes.menus;
    // What works on a node of a tree only is not in the palette.
    for (const { command, when } of hidden)
      expect({ isThere: commands.includes(command), when }).toEqual({ isThere: true, when: 'false' });
    for (const { command, when } of Object.values(menus).flat()) {
      expect(commands).toContain(command);
      for (const [, trait] of when.matchAll(/viewItem =~ \/(?:\\b|\^)([a-zA-Z]+)(?:\\b|\$)\//g)) expect(traits).toContain(trait);
      expect(when).toMatch(
        /^view == (reef\.(functions|deployed|savings|runs)|workbench\.panel\.output)( |$)|^resourceScheme == reef-change$/,
      );
    }
  });

  test('reads only context keys of Reef that the code sets', () => {
    const used = new Set(text.match(/(?<=[ "!(])reef\.(?:has[A-Za-z]+|[a-z]+State)\b/g));
    expect([...used].filter((key) => !Object.values<string>(contextKeys).includes(key))).toEqual([]);
    expect(used.size).toBeGreaterThan(2);
  });

  test('links from welcomes and walkthrough only to commands that exist', () => {
    const outside = [
      'vscode.openFolder',
      'workbench.trust.manage',
      'workbench.action.openSettings',
      `${viewIds.functions}.focus`,
    ];
    for (const [, command = ''] of Object.values(texts)
      .join('\n')
      .matchAll(/\(command:([\w.]+)/g)) {
      expect([...commands, ...outside]).toContain(command);
    }
  });

  test('has a text for every key and no text too many', () => {
    const keys = new Set([...text.matchAll(/"%([^%"]+)%"/g)].map(([, key = '']) => key));
    expect([...keys].sort()).toEqual(Object.keys(texts).sort());
    for (const value of Object.values(texts)) expect(value.trim()).not.toBe('');
  });

  test('is activated for a panel that is restored, and for the languages of handlers and templates', () => {
    const languages = ['javascript', 'typescript', 'typescriptreact', 'python', 'yaml'].map(
      (language) => `onLanguage:${language}`,
    );
    expect(manifest.activationEvents).toEqual(expect.arrayContaining([`onWebviewPanel:${sizingPanelType}`, ...languages]));
  });

  test('has a walkthrough whose steps end by something that exists', () => {
    const [walkthrough] = contributes.walkthroughs;
    expect(`${manifest.publisher}.${manifest.name}#${walkthrough?.id}`).toBe(walkthroughId);
    for (const step of walkthrough?.steps ?? []) {
      for (const event of step.completionEvents) {
        const [kind, name = ''] = event.split(':');
        expect(kind === 'onCommand' ? commands : Object.values<string>(contextKeys)).toContain(name);
      }
    }
  });

  test('names files that are there', () => {
    const files = [
      manifest.icon,
      ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.svg ?? media.markdown ?? '')),
    ];
    for (const file of files) expect(readFileSync(join(packageRoot(), file)).length).toBeGreaterThan(0);
  });
});
