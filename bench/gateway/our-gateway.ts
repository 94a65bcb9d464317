import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formatRulesFile, parseGatewayConfig, startGateway } from '@stopgap/gateway';
import { silentLog, systemClock, systemFiles } from '@stopgap/machine';
import { publishedRules } from './rules.ts';

/** Our gateway in front of `argv[2]` with `argv[3]` rules, none of which match the requests that are measured; on port `argv[4]`, else on a free one. */
const folder = mkdtempSync(path.join(tmpdir(), 'stopgap-bench-'));
const rulesFile = path.join(folder, 'rules.json');
const rules = publishedRules(Number(process.argv[3]));
if (rules.length > 0) systemFiles.write(rulesFile, formatRulesFile(rules));
const config = {
  listen: { host: '127.0.0.1', port: Number(process.argv[4] ?? 0) },
  upstream: process.argv[2],
  rulesFile,
  controlSocket: path.join(folder, 'control.sock'),
};
const world = { files: systemFiles, clock: systemClock, log: silentLog };
const gateway = await startGateway(parseGatewayConfig(JSON.stringify(config), 'bench'), world);
process.send?.({ port: gateway.address.port });
process.on('message', () => process.send?.(process.cpuUsage()));
const end = () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit();
};
process.on('disconnect', end);
process.on('SIGTERM', end);
