import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { decodeJson } from '@stopgap/machine';
import { serveControl } from '../../agent/service/control.ts';
import { decodeRequest } from '../../agent/service/decode-request.ts';
import { must } from '../engine/check.ts';
import { mutateJson } from '../engine/mutate-json.ts';
import type { OpenTarget } from '../engine/target.ts';
import { socketFolder } from './socket-folder.ts';

/** Lines on the agent's control socket: each gets an answer of one line, and a request means the same written again. */
export async function openAgentControl(): Promise<OpenTarget> {
  const folder = socketFolder();
  const file = path.join(folder, 'agent.sock');
  const wrong: string[] = [];
  await serveControl(
    file,
    async (request) => {
      const again = decodeJson(JSON.stringify(request), 'it', decodeRequest);
      if (!isDeepStrictEqual(again, request)) wrong.push(`written again, it is another: ${JSON.stringify(request)}`);
      return { ok: true, text: request.ask } as never;
    },
    { lineMs: 600_000, clients: 1000 },
  );
  return {
    seeds: [
      '{"ask":"look","actor":"a"}\n',
      '{"ask":"look","actor":"a","bundle":{"file":"/f","name":"n","feed":"x"}}\n',
      '{"ask":"apply","actor":"a","ids":["b"],"documents":[{"file":"f","document":"<a/>"}]}\n',
      '{"ask":"apply","actor":"a","ids":"all","documents":[]}\n',
      '{"ask":"block","actor":"a","id":"i","reason":"r","keep":true}\n',
      '{"ask":"approve","actor":"a","id":"i","revision":2}\n{"ask":"mode","actor":"a","mode":"observe"}\n',
    ],
    words: ['"ask":"', '"__proto__":', '"enable"', '"unblock"', '"remove"', '"text":"', '\\u0000', '1e400', '\n'],
    most: 16 * 1024,
    atOnce: 64,
    mutate: mutateJson,
    run: async (input) => {
      const socket = connect(file);
      socket.end(Buffer.concat([input, Buffer.from('\n')]));
      const answer = await everything(socket);
      must(/^\{[^\n]*\}\n$/.test(answer), `the answer is no line: ${JSON.stringify(answer.slice(0, 200))}`);
      const [first] = wrong.splice(0);
      must(first === undefined, first ?? '');
      const { ok } = JSON.parse(answer);
      return ok === true ? 'accepted' : 'refused';
    },
  };
}

async function everything(socket: Socket): Promise<string> {
  let text = '';
  socket.on('error', () => {});
  socket.on('data', (chunk) => (text += chunk));
  await once(socket, 'close');
  return text;
}
