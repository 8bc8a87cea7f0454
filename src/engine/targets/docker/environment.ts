/** Of our AWS variables, those that name files of this machine, which are not in the container. */
const filesHere = new Set(['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_CA_BUNDLE']);

/** What a container gets of our environment: credentials and settings of the AWS SDKs, as with the target `process`. */
export function passedToContainer(ours: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const passed = Object.entries(ours).filter(([name]) => name.startsWith('AWS_') && !filesHere.has(name));
  return { ...Object.fromEntries(passed), TMPDIR: '/tmp', LANG: 'en_US.UTF-8' };
}
