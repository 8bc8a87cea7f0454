/** IAM actions by what they are for: the least that each feature needs. docs/aws.md has the same list. */
export const actions = {
  'finding and calling functions': [
    'lambda:ListFunctions',
    'lambda:GetFunctionConfiguration',
    'lambda:GetAccountSettings',
    'lambda:InvokeFunction',
  ],
  'listing what is deployed': ['lambda:ListAliases', 'lambda:ListVersionsByFunction', 'tag:GetResources'],
  'choosing a version or alias': ['lambda:ListAliases', 'lambda:ListVersionsByFunction'],
  sizing: [
    'lambda:UpdateFunctionConfiguration',
    'lambda:PublishVersion',
    'lambda:ListVersionsByFunction',
    'lambda:CreateAlias',
    'lambda:GetAlias',
    'lambda:DeleteAlias',
    'lambda:DeleteFunction',
  ],
  'setting the size of deployed functions': [
    'lambda:GetFunctionConfiguration',
    'lambda:UpdateFunctionConfiguration',
    'lambda:ListAliases',
    'lambda:ListVersionsByFunction',
    'lambda:CreateAlias',
    'lambda:GetAlias',
    'lambda:DeleteAlias',
  ],
  'shifting aliases': ['lambda:UpdateAlias', 'lambda:PublishVersion', 'lambda:DeleteFunction'],
  'changing the architecture': ['lambda:GetFunction', 'lambda:UpdateFunctionCode', 'lambda:GetLayerVersion'],
  'logs of functions': ['logs:FilterLogEvents'],
  'following logs live': ['logs:StartLiveTail'],
  'what logs hold, and Logs Insights': ['logs:DescribeLogGroups', 'logs:StartQuery', 'logs:GetQueryResults', 'logs:StopQuery'],
} as const;
