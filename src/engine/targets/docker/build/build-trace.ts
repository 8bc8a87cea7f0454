import { Reader } from 'protobufjs/minimal.js';

/** What BuildKit tells of a build: steps that begin, run or fail, and what they print. */
export type BuildTrace = {
  steps: { id: string; name: string; isRunning: boolean; error: string }[];
  output: { step: string; text: string }[];
};

/**
 * Reads one message of the kind `moby.buildkit.trace`, which the engine sends in base64. Source: `StatusResponse` in BuildKit's
 * `api/services/control/control.proto`; what is not needed is passed over.
 */
export function readBuildTrace(base64: string): BuildTrace {
  const trace: BuildTrace = { steps: [], output: [] };
  eachField(Reader.create(Buffer.from(base64, 'base64')), (field, reader) => {
    if (field === 1) trace.steps.push(readStep(reader.bytes()));
    else if (field === 3) trace.output.push(readOutput(reader.bytes()));
    else return false;
    return true;
  });
  return trace;
}

function readStep(bytes: Uint8Array): BuildTrace['steps'][number] {
  const step = { id: '', name: '', error: '' };
  let isStarted = false;
  let isCompleted = false;
  eachField(Reader.create(bytes), (field, reader) => {
    if (field === 1) step.id = reader.string();
    else if (field === 3) step.name = reader.string();
    else if (field === 7) step.error = reader.string();
    else {
      isStarted ||= field === 5;
      isCompleted ||= field === 6;
      return false;
    }
    return true;
  });
  return { ...step, isRunning: isStarted && !isCompleted };
}

function readOutput(bytes: Uint8Array): BuildTrace['output'][number] {
  const output = { step: '', text: '' };
  eachField(Reader.create(bytes), (field, reader) => {
    if (field === 1) output.step = reader.string();
    else if (field === 4) output.text = Buffer.from(reader.bytes()).toString('utf8');
    else return false;
    return true;
  });
  return output;
}

/** Calls `read` for each field; one that it does not read is passed over. */
function eachField(reader: Reader, read: (field: number, reader: Reader) => boolean): void {
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (!read(tag >>> 3, reader)) reader.skipType(tag & 7);
  }
}
