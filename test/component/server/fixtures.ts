/** A SAM workspace: a function that waits, two that share a handler, and Globals. */
export const samFiles = {
  'template.yaml': `# Orders
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Resources:
  Waiter:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: waiter.handler
      Runtime: nodejs22.x
      MemorySize: 4096 # too much
      Timeout: 10
  ShortTwin:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: twin.handler
      Runtime: nodejs22.x
  LongTwin:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: twin.handler
      Runtime: nodejs22.x
      Timeout: 60
`,
  'src/waiter.mjs': `export const handler = async (event) => {
  console.log('waiting');
  await new Promise((resolve) => setTimeout(resolve, 5));
  return { waited: event.ms ?? 5 };
};
`,
  'src/twin.mjs': `export const handler = async () => {
  await new Promise((resolve) => setTimeout(resolve, 30_000));
};
`,
};

export const waiterId = 'template.yaml#Waiter';
export const longTwinId = 'template.yaml#LongTwin';

/** Number of the first line that holds this text, from 0. */
export const lineOf = (text: string, part: string): number => text.split('\n').findIndex((line) => line.includes(part));
