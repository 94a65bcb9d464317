import { parentPort } from 'node:worker_threads';
import { loadXsdEngine } from './xsd-engine.ts';
import type { XsdReply, XsdRequest } from './xsd-in-worker.ts';

const engine = await loadXsdEngine();

parentPort?.on('message', ({ id, text }: XsdRequest) => {
  let reply: XsdReply;
  try {
    reply = { id, complaints: engine(text) };
  } catch (error) {
    reply = { id, failure: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(reply);
});
