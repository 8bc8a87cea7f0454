/** `${env:NAME}` in a value of a `reef.yaml`: a variable of the machine, so that a secret need not stand in the file. */
const reference = /\$\{env:([^}]*)\}/g;

export type MachineValues = {
  /** Without the variables that refer to something which is not set. */
  values: Record<string, string>;
  /** Variables that are missing, and what they refer to. */
  missing: { name: string; refersTo: string }[];
};

/** An environment with what the machine sets put in. The result may hold secrets: it goes to a function, never to a store or log. */
export function withMachineValues(
  environment: Readonly<Record<string, string>>,
  machine: Readonly<Record<string, string | undefined>>,
): MachineValues {
  const values: Record<string, string> = {};
  const missing: MachineValues['missing'] = [];
  for (const [name, value] of Object.entries(environment)) {
    const unset = [...value.matchAll(reference)].map(([, refersTo = '']) => refersTo).find((key) => machine[key] === undefined);
    if (unset === undefined) values[name] = value.replaceAll(reference, (_whole, key: string) => machine[key] ?? '');
    else missing.push({ name, refersTo: unset });
  }
  return { values, missing };
}
