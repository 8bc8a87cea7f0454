import { packageVsix } from '../../scripts/package.ts';

/** Set-up of the tests in VS Code: one VSIX serves them all, the one named in `REEF_VSIX` or one made now. */
export default async function makeVsix(): Promise<void> {
  process.env['REEF_VSIX'] ??= await packageVsix();
}

export function vsixUnderTest(): string {
  const vsix = process.env['REEF_VSIX'];
  if (vsix === undefined) throw new Error('REEF_VSIX names no VSIX: make one with npm run package');
  return vsix;
}
