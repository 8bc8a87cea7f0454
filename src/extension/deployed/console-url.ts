/** Domains of the AWS console by partition. Source: AWS documentation, "AWS Management Console" of each partition. */
const domains: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-cn': 'console.amazonaws.cn',
};

/** The page of a function, or of its version or alias, in the AWS console; null for an id that is no ARN of Lambda. */
export function consoleUrl(arn: string, qualifier?: string): string | null {
  const [, partition = '', region, name] = /^arn:([\w-]+):lambda:([\w-]+):\d+:function:([\w-]+)$/.exec(arn) ?? [];
  const domain = domains[partition];
  if (region === undefined || name === undefined || domain === undefined) return null;
  const part = qualifier === undefined ? '' : `/${/^\d+$/.test(qualifier) ? 'versions' : 'aliases'}/${qualifier}`;
  return `https://${region}.${domain}/lambda/home?region=${region}#/functions/${name}${part}`;
}
