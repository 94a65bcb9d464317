import { Agent, request } from 'node:http';
import { systemFiles } from '@stopgap/machine';
import { expect, it, onTestFinished } from 'vitest';
import { askReload, formatRulesFile } from '../index.ts';
import { exchange } from '../testing/raw-client.ts';
import { powershell, rule, startRig } from '../testing/rig.ts';

it('new rules are swapped under 200 kept-alive connections without one of them noticing', async () => {
  const rig = await startRig({ upstream: (_request, response) => response.end('ok') });
  onTestFinished(() => rig.close());
  const { port, config, reached } = rig;
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  let running = true;
  const outcomes = new Map<string, number>();
  const sockets = new Set<unknown>();
  const one = () =>
    new Promise<void>((resolve) => {
      const asked = request({ port, host: '127.0.0.1', path: '/owa/', agent }, (response) => {
        response.resume();
        response.on('end', () => {
          outcomes.set(`${response.statusCode}`, (outcomes.get(`${response.statusCode}`) ?? 0) + 1);
          resolve();
        });
      });
      asked.on('socket', (socket) => sockets.add(socket));
      asked.on('error', (error) => {
        outcomes.set(error.message, (outcomes.get(error.message) ?? 0) + 1);
        resolve();
      });
      asked.end();
    });
  const loops = Array.from({ length: 200 }, async () => {
    while (running) await one();
  });
  for (let n = 1; n <= 4; n++) {
    const rules = Array.from({ length: n * 5 }, (_, i) =>
      rule(`R-${n}-${i}`, `<match url="^never/${n}/${i}" /><action type="AbortRequest" />`),
    );
    systemFiles.write(config.rulesFile, formatRulesFile([...rules, powershell]));
    await askReload(config.controlSocket);
    expect(await exchange(port, 'GET /autodiscover?powershell HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n')).toBe(
      '',
    );
  }
  running = false;
  await Promise.all(loops);
  agent.destroy();
  expect([...outcomes.keys()]).toEqual(['200']);
  expect(sockets.size).toBe(200);
  expect(reached.some((line) => line.includes('powershell'))).toBe(false);
});
