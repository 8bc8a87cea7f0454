import { createHash } from 'node:crypto';

/** Code as it was sent. */
export type HeldCode =
  | { kind: 'zip'; sha256: string }
  /** By its digest, without `sha256:`. */
  | { kind: 'image'; sha256: string; uri: string; resolvedUri: string };

/** What of a function, or of a version, moto does not keep. */
export type Held = { LoggingConfig: object; EphemeralStorage: { Size: number }; code: HeldCode };

export type Sent = {
  LoggingConfig?: object;
  EphemeralStorage?: { Size: number };
  Code?: { ZipFile?: string; ImageUri?: string };
  ZipFile?: string;
  ImageUri?: string;
};

/** Functions by name, with their versions; and every package that was ever sent, by its hash. */
export class Holding {
  readonly packages = new Map<string, Buffer>();
  uploadedBytes = 0;
  private readonly functions = new Map<string, Map<string, Held>>();

  of(name: string, version: string): Held | undefined {
    return this.functions.get(name)?.get(version);
  }

  latest(name: string): Held | undefined {
    return this.of(name, '$LATEST');
  }

  create(name: string, { LoggingConfig, EphemeralStorage }: Sent, code: HeldCode): void {
    const latest = {
      LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${name}`, ...LoggingConfig },
      EphemeralStorage: EphemeralStorage ?? { Size: 512 },
      code,
    };
    this.functions.set(name, new Map([['$LATEST', latest]]));
  }

  update(name: string, changes: Partial<Held>): void {
    const latest = this.latest(name);
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    if (latest !== undefined) this.functions.get(name)?.set('$LATEST', { ...latest, ...given });
  }

  publish(name: string, version: string): void {
    const latest = this.latest(name);
    const versions = this.functions.get(name);
    if (latest !== undefined && versions !== undefined && !versions.has(version)) versions.set(version, latest);
  }

  delete(name: string, version: string | null): void {
    if (version === null) this.functions.delete(name);
    else this.functions.get(name)?.delete(version);
  }

  /** Keeps a package and returns its hash as Lambda writes it. */
  keep(zip: Buffer): string {
    const sha256 = createHash('sha256').update(zip).digest('base64');
    this.packages.set(sha256, zip);
    this.uploadedBytes += zip.length;
    return sha256;
  }
}
