import type { Commands, Files } from '@stopgap/machine';
import type { NotifyTarget } from './config.ts';
import type { Notification } from './events.ts';
import { post } from './webhook.ts';

/** What deliveries are made with. */
export interface DeliveryTools {
  readonly files: Files;
  readonly commands: Commands;
}

/** Tells one target once. Throws why it could not; secrets are not in the message. */
export async function deliver(target: NotifyTarget, notification: Notification, tools: DeliveryTools): Promise<void> {
  if (target.kind === 'webhook') return await post(target, notification, tools.files);
  const { timeoutMs } = target;
  const [file = '', ...args] = target.kind === 'command' ? target.command : logger(notification);
  const input = target.kind === 'command' ? `${JSON.stringify(notification)}\n` : '';
  const { code, stderr } = await tools.commands.run(file, args, { input, timeoutMs });
  if (code !== 0) throw new Error(`${file} exited with ${code} ${stderr.trim().slice(0, 200)}`.trim());
}

function logger({ weight, text, id }: Notification): readonly string[] {
  const priority = weight === 'worse' ? 'daemon.warning' : 'daemon.notice';
  // Nothing from outside may start a line of its own, or pass for an option.
  return ['logger', '--tag', 'stopgap', '--id', '--priority', priority, '--', `${text.replace(/\s+/g, ' ')} [${id}]`];
}
