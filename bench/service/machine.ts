import * as os from 'node:os';

/** Machine and date, for the table's head. */
export function machineLine(): string {
  const model = os.cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(os.totalmem() / 2 ** 30);
  return `${new Date().toISOString().slice(0, 10)}, ${os.cpus().length} × ${model}, ${memory} GiB, ${os.type()} ${os.release()}, Node ${process.version}`;
}
