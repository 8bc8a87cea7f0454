import * as vscode from 'vscode';
import type { AwsProfile } from '../../protocol/deployed.ts';
import { ReefError } from '../../protocol/errors.ts';
import { deployedPayload } from '../deployed/payload.ts';
import { readSetting, writeSetting } from '../read-settings.ts';
import type { Services } from '../services.ts';
import { settingIds } from '../settings-ids.ts';
import { placeLabel } from '../views/deployed-model.ts';
import { requireTrust } from './guards.ts';

/** Asks for a profile of this machine and a region, and shows what is deployed there. Asks AWS nothing. */
export async function addPlace({ engine }: Services): Promise<void> {
  requireTrust();
  const { profiles, regions } = await engine.request('awsPlaces', {});
  const profile = await chooseProfile(profiles);
  const region = profile === undefined ? undefined : await chooseRegion(profile, regions);
  if (profile === undefined || region === undefined) return;
  const place = `${profile.name}${region === '' ? '' : `/${region}`}`;
  const target = place === '' ? 'aws' : `aws:${place}`;
  const places = readSetting(settingIds.awsPlaces);
  if (!places.includes(target)) await writeSetting(settingIds.awsPlaces, [...places, target]);
}

/** Shows a place no longer; nothing is changed at AWS. */
export async function removePlace(_services: Services, args: readonly unknown[]): Promise<void> {
  const places = readSetting(settingIds.awsPlaces);
  const target = deployedPayload(args)?.target ?? (await choosePlace(places));
  if (target !== undefined) {
    await writeSetting(
      settingIds.awsPlaces,
      places.filter((place) => place !== target),
    );
  }
}

/** Signs in to a place in a terminal, with the AWS CLI; when that has ended well, the place is listed. */
export async function signIn({ engine, deployed }: Services, args: readonly unknown[]): Promise<void> {
  requireTrust();
  const target = deployedPayload(args)?.target ?? (await choosePlace(readSetting(settingIds.awsPlaces)));
  if (target === undefined) return;
  const { command } = await engine.request('signIn', { target });
  const [program, ...programArgs] = command ?? [];
  if (program === undefined) {
    const sentence = vscode.l10n.t(
      'The profile of {0} has no SSO sign-in: set it up with aws configure sso, or renew its keys.',
      target,
    );
    throw new ReefError('no-credentials', sentence);
  }
  const terminal = vscode.window.createTerminal({
    name: vscode.l10n.t('Sign in: {0}', target),
    shellPath: program,
    shellArgs: programArgs,
  });
  const closing = vscode.window.onDidCloseTerminal((closed) => {
    if (closed !== terminal) return;
    closing.dispose();
    if (terminal.exitStatus?.code === 0) void deployed.reload(target);
  });
  terminal.show();
}

type ProfileItem = vscode.QuickPickItem & { profile: Pick<AwsProfile, 'name' | 'region'> };

async function chooseProfile(profiles: readonly AwsProfile[]): Promise<ProfileItem['profile'] | undefined> {
  const items: ProfileItem[] = [
    {
      label: `$(account) ${vscode.l10n.t('Default')}`,
      description: vscode.l10n.t('what the environment and the default profile say'),
      profile: { name: '', region: null },
    },
    ...profiles
      .filter(({ name }) => name !== 'default')
      .map(({ name, region, sso }) => ({
        label: `$(account) ${name}`,
        description: [region ?? '', sso ? 'SSO' : ''].filter(Boolean).join(' · '),
        profile: { name, region },
      })),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t('Choose the AWS profile'),
    matchOnDescription: true,
  });
  return picked?.profile;
}

/** Empty: the region that the profile or the environment says. A region that is not in the list can be typed. */
function chooseRegion(profile: ProfileItem['profile'], regions: readonly string[]): Promise<string | undefined> {
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { region: string }>();
  const own = { label: vscode.l10n.t('Region of the profile'), description: profile.region ?? '', region: '' };
  const known = [own, ...regions.map((region) => ({ label: region, region }))];
  pick.placeholder = vscode.l10n.t('Choose the region, or type another');
  pick.items = known;
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  pick.onDidChangeValue((text) => {
    const isNew = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/.test(text) && !regions.includes(text);
    pick.items = isNew ? [...known, { label: text, region: text }] : known;
  });
  pick.onDidAccept(() => {
    resolve(pick.selectedItems[0]?.region);
    pick.hide();
  });
  pick.onDidHide(() => {
    resolve(undefined);
    pick.dispose();
  });
  pick.show();
  return promise;
}

async function choosePlace(places: readonly string[]): Promise<string | undefined> {
  const items = places.map((target) => ({ label: placeLabel(target, vscode.l10n.t), description: target, target }));
  return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Choose the profile and region') }))?.target;
}
