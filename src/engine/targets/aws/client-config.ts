import type { AwsPlace } from './place.ts';

/** Which account, region and endpoint the clients of the SDK talk to. */
export type AwsOptions = {
  place: AwsPlace;
  /** Null: AWS itself, or what AWS_ENDPOINT_URL and the profile say. */
  endpoint: string | null;
};

/** What every client is made with; what is left out, the SDK finds by itself (environment, profile, SSO, roles). */
export function clientConfig({ place, endpoint }: AwsOptions): { profile?: string; region?: string; endpoint?: string } {
  return {
    ...(place.profile !== null && { profile: place.profile }),
    ...(place.region !== null && { region: place.region }),
    ...(endpoint !== null && { endpoint }),
  };
}
