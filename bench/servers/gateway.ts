import path from 'node:path';
import { type Contender, type Family, freePort, measuredCore, startServer } from './contender.ts';

/** Our gateway, without rules and with 1, 100 and 1,000 of them. */
export async function gatewayFamily(backend: number): Promise<Family> {
  const contenders: Contender[] = [];
  for (const count of [0, 1, 100, 1000]) contenders.push(await startGatewayProcess(backend, count));
  return { title: 'gateway', contenders, warmUps: 8 };
}

async function startGatewayProcess(backend: number, count: number): Promise<Contender> {
  const port = await freePort();
  const script = path.join(import.meta.dirname, '..', 'gateway', 'our-gateway.ts');
  const command = [process.execPath, script, `http://127.0.0.1:${backend}`, String(count), String(port)];
  return await startServer(count === 0 ? 'bare' : `${count} rules`, measuredCore, port, command);
}
