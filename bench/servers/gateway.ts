import path from 'node:path';
import { type Contender, type Family, freePort, measuredCore, startServer } from './contender.ts';

/** Our gateway, without rules and with 1, 100 and 1,000 of them. */
export async function gatewayFamily(backend: number): Promise<Family> {
  const contenders: Contender[] = [];
  contenders.push(await startGatewayProcess(backend, 0, 'bare'));
  contenders.push(await startGatewayProcess(backend, 0, 'bare, once more'));
  for (const count of [1, 100, 1000]) contenders.push(await startGatewayProcess(backend, count, `${count} rules`));
  return { title: 'gateway', contenders, warmUps: 8, equalTurns: true };
}

async function startGatewayProcess(backend: number, count: number, name: string): Promise<Contender> {
  const port = await freePort();
  const script = path.join(import.meta.dirname, '..', 'gateway', 'our-gateway.ts');
  const command = [process.execPath, script, `http://127.0.0.1:${backend}`, String(count), String(port)];
  return await startServer(name, measuredCore, port, command);
}
