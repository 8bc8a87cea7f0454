import { describe, expect, test } from 'vitest';
import { functionOf, functionsOf, read, textAt } from '../../../unit/functions/template-text.ts';
import { commented, edited, editedTexts } from './edited.ts';

const file = 'infra/main.tf';
const fn = (body: string, rest = ''): string => `# the shop
resource "aws_lambda_function" "orders" {
${body}
}
${rest}`;

describe('a function of Terraform', () => {
  test('is known with what its resource states', async () => {
    const text = fn(
      `  function_name = "shop-orders"
  handler       = "app.handler" # entry
  runtime       = "nodejs22.x"
  filename      = data.archive_file.orders.output_path
  memory_size   = 512
  timeout       = 30
  architectures = ["arm64"]

  environment {
    variables = { TABLE = "orders", "STAGE" = var.stage, LIMIT = 10 }
  }`,
      `data "archive_file" "orders" {
  type        = "zip"
  source_dir  = "\${path.module}/../src"
  output_path = "\${path.module}/orders.zip"
}
`,
    );
    const found = await functionOf(file, text);
    expect(found).toMatchObject({
      name: 'orders',
      source: 'terraform',
      deployedName: 'shop-orders',
      runtime: 'nodejs22.x',
      handler: 'app.handler',
      code: { kind: 'path', path: 'src' },
      memoryMb: 512,
      timeoutS: 30,
      architecture: 'arm64',
      environment: { TABLE: 'orders', LIMIT: '10' },
    });
    expect(textAt(text, found.templateRange)).toBe('"orders"');
    expect(textAt(text, found.properties.memory?.value)).toBe('512');
  });

  test.each([
    ['filename = "orders.zip"', { kind: 'elsewhere', why: 'it is in the archive infra/orders.zip' }],
    ['s3_bucket = "code"', { kind: 'elsewhere', why: 'it is in a bucket' }],
    ['filename = var.package', { kind: 'elsewhere', why: 'its place is known only when it is deployed' }],
    ['package_type = "Image"', { kind: 'image', contextPath: null }],
  ])('has its code where %s says', async (code, location) => {
    expect((await functionOf(file, fn(`  ${code}`))).code).toEqual(location);
  });

  test('finds an archive by its path, and the command of an image', async () => {
    const archive = 'data "archive_file" "x" {\n source_file = "app.py"\n output_path = "${path.module}/x.zip"\n}\n';
    expect((await functionOf(file, fn('  filename = "${path.module}/x.zip"', archive))).code).toEqual({
      kind: 'path',
      path: 'infra/app.py',
    });
    const image = '  package_type = "Image"\n  image_config {\n    command = ["app.main"]\n  }';
    expect((await functionOf(file, fn(image))).handler).toBe('app.main');
  });

  const call = (source: string): string => `module "quote" {
  source                = "${source}"
  source_path           = ["../src", { path = "other" }]
  memory_size           = 256
  environment_variables = { A = "b" }
}
`;

  test.each([
    'terraform-aws-modules/lambda/aws',
    'registry.terraform.io/terraform-aws-modules/lambda/aws',
    'git::https://github.com/terraform-aws-modules/terraform-aws-lambda.git?ref=v8',
  ])('is known by the module %s', async (source) => {
    const code = { kind: 'path', path: 'src' };
    expect(await functionOf(file, call(source))).toMatchObject({ name: 'quote', memoryMb: 256, code, environment: { A: 'b' } });
  });

  test.each(['terraform-aws-modules/lambda/aws//modules/alias', './modules/lambda'])('is not %s', async (source) => {
    expect(await read(file, call(source))).toBeNull();
  });

  test('is none where the module makes a layer, or a text only looks like one', async () => {
    const layer = 'module "x" {\n  source = "terraform-aws-modules/lambda/aws"\n  create_layer = true\n}\n';
    expect(await read(file, layer)).toBeNull();
    const heredoc =
      'locals {\n  text = <<-EOT\n    resource "aws_lambda_function" "no" {\n    }\n  EOT\n}\n# resource "aws_lambda_function" "x" {}\n';
    expect(await read(file, heredoc)).toBeNull();
  });

  test('takes variables and local values of all files of its module', async () => {
    const text = fn(
      '  memory_size = var.memory\n  timeout = local.timeout\n  runtime = var.runtime\n  handler = "${local.file}.main"',
    );
    const variables = 'variable "memory" {\n  default = 512\n}\nvariable "runtime" {}\n';
    const locals = 'locals {\n  timeout = 2 * 5\n  file = "app"\n}\n';
    const others = {
      'infra/variables.tf': variables,
      'infra/locals.tf': locals,
      'infra/other.auto.tfvars': 'runtime = "python3.13"\n',
    };
    expect(await functionOf(file, text, others)).toMatchObject({
      memoryMb: 512,
      timeoutS: 10,
      runtime: 'python3.13',
      handler: 'app.main',
    });
    const set = await functionOf(file, text, { ...others, 'infra/terraform.tfvars': 'memory = 768\n' });
    expect(set.memoryMb).toBe(768);
    const elsewhere = await functionOf(file, text, { 'variables.tf': variables });
    expect(elsewhere).toMatchObject({ memoryMb: null, runtime: null, isRuntimeKnown: false });
  });

  test('of a module that others use gets its variables from them', async () => {
    const text = fn('  memory_size = var.memory', 'variable "memory" {\n  default = 512\n}\n');
    expect((await functionOf('infra/modules/fn/main.tf', text)).memoryMb).toBeNull();
  });

  test('does not show values that are marked as secret', async () => {
    const text = fn(
      '  environment {\n    variables = { KEY = var.key, NAME = var.name }\n  }',
      'variable "key" {\n  default = "k"\n  sensitive = true\n}\nvariable "name" {\n  default = "n"\n}\n',
    );
    expect((await functionOf(file, text)).environment).toEqual({ NAME: 'n' });
  });

  test('that shares its label with a module has a name of its own', async () => {
    const text = fn('  memory_size = 1', 'module "orders" {\n  source = "terraform-aws-modules/lambda/aws"\n}\n');
    expect((await functionsOf(file, text)).map(({ name }) => name)).toEqual(['orders', 'orders 2']);
  });

  test.each([
    ['resource "aws_lambda_function" "a" {\n  memory_size = 512\n  time', 512],
    ['resource "aws_lambda_function" "a" {\n  memory_size =\n  timeout = 3\n}\n', null],
    ['resource "aws_lambda_function" "a" {\n  memory_size = 512\n  environment {\n    variables = {\n', 512],
    ['resource "aws_lambda_function" "a" {\n  memory_size = 512 }\n}}}', 512],
  ])('in a half-typed file is still there: %j', async (text, memoryMb) => {
    expect(await functionsOf(file, text)).toMatchObject([{ name: 'a', memoryMb }]);
  });

  test('in a file that nobody wrote by hand is not looked for', async () => {
    expect(await read(file, fn(`  description = "${'x'.repeat(300_000)}"`))).toBeNull();
  });
});

describe('the size in Terraform', () => {
  test.each([
    ['  memory_size = 512', '  memory_size = 1024'],
    ['  memory_size   = 512 # MB', '  memory_size   = 1024 # MB'],
    ['  memory_size = "512" // MB', '  memory_size = 1024 // MB'],
    ['  memory_size = 2 * 256', '  memory_size = 1024'],
  ])('is replaced where it stands: %j', async (before, after) => {
    expect(await edited(file, fn(before), 'orders', 1024)).toBe(fn(after));
  });

  test.each([
    ['  function_name = "a"\n  timeout       = 3 # s', '  function_name = "a"\n  memory_size   = 1024\n  timeout       = 3 # s'],
    ['\thandler = "a.b"', '\tmemory_size = 1024\n\thandler = "a.b"'],
    [
      '  description = <<-EOT\n    memory_size = 5\n  EOT',
      '  memory_size = 1024\n  description = <<-EOT\n    memory_size = 5\n  EOT',
    ],
  ])('is put in where there is none: %j', async (before, after) => {
    expect(await edited(file, fn(before), 'orders', 1024)).toBe(fn(after));
    const windows = (text: string): string => text.replaceAll('\n', '\r\n');
    expect(await edited(file, windows(fn(before)), 'orders', 1024)).toBe(windows(fn(after)));
  });

  test('follows a variable or local value that only this function names, in whichever file', async () => {
    const text = fn('  memory_size = var.memory');
    const variables = 'variable "memory" {\n  default = 512 # MB\n}\n';
    expect(await editedTexts(file, text, 'orders', 1024, { 'infra/variables.tf': variables })).toEqual({
      [file]: text,
      'infra/variables.tf': variables.replace('512', '1024'),
    });
    const locals = 'locals {\n  memory = 512\n}\n';
    expect(await edited(file, fn('  memory_size = local.memory', locals), 'orders', 1024)).toBe(
      fn('  memory_size = local.memory', locals.replace('512', '1024')),
    );
  });

  test('leaves a variable alone that others name too', async () => {
    const others = {
      'infra/a.tf': 'variable "memory" {\n  default = 512\n}\n',
      'infra/b.tf': 'output "m" {\n  value = var.memory\n}\n',
    };
    expect(await editedTexts(file, fn('  memory_size = var.memory'), 'orders', 1024, others)).toEqual({
      ...others,
      [file]: fn('  memory_size = 1024'),
    });
  });

  test.each([
    ['  memory_size = var.memory', 'it comes from var.memory'],
    ['  memory_size = var.sizes["orders"]', 'it comes from var.sizes["orders"]'],
    ['  memory_size = local.prod ? 1024 : 512', 'it comes from local.prod ? 1024 : 512'],
    ['  for_each = local.names\n  memory_size = 512', 'for_each makes several functions of it'],
    ['  count = var.many\n  memory_size = 512', 'count may make several functions of it'],
    ['', 'its block has no line of its own for it'],
  ])('that the text does not tell, or that several share, stays: %j', async (body, why) => {
    await expect(edited(file, fn(body), 'orders', 1024)).rejects.toThrow(`as ${why}: set memory_size by hand.`);
  });

  test('of a function that a condition makes is its own', async () => {
    expect(await edited(file, fn('  count = var.on ? 1 : 0\n  memory_size = 512'), 'orders', 1024)).toContain(
      'memory_size = 1024',
    );
  });

  test('gets a comment where there is room', async () => {
    expect(await commented(file, fn('  memory_size = 512'), 'orders', 1024, 'why')).toBe(fn('  memory_size = 1024 # Reef: why'));
    expect(await commented(file, fn('  timeout = 3'), 'orders', 1024, 'why')).toBe(
      fn('  memory_size = 1024 # Reef: why\n  timeout = 3'),
    );
    expect(await commented(file, fn('  memory_size = 512 # ours'), 'orders', 1024, 'why')).toBeNull();
  });
});
