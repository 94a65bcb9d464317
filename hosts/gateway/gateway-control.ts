import { HostError } from '@stopgap/agent';
import {
  askReload,
  askStatus,
  checkRules,
  type GatewayConfig,
  GatewayError,
  type GatewayStatus,
} from '@stopgap/gateway/contract';
import type { Files } from '@stopgap/machine';

/** The running gateway's status, or why it has none. */
export async function statusOf(config: GatewayConfig): Promise<GatewayStatus | { readonly silent: string }> {
  try {
    return await askStatus(config.controlSocket);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { silent: error.message };
  }
}

/**
 * Tests the rules as they stand on disk and has the running gateway load them. No gateway running is no error: the rules are what it
 * starts with. Throws `HostError`.
 */
export async function putInForce(config: GatewayConfig, files: Files): Promise<void> {
  try {
    const { digest } = checkRules(config, files);
    const status = await askReload(config.controlSocket);
    if (status.digest !== digest) {
      throw new HostError(
        'reload-failed',
        `the gateway at ${config.controlSocket} loaded ${status.digest}, not ${digest} of ${config.rulesFile}; is it another gateway's socket?`,
      );
    }
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    if (error.code !== 'not-running') throw hostError(error);
  }
}

function hostError(error: GatewayError): HostError {
  if (error.code !== 'control-failed') return new HostError('configuration-refused', error.message, error);
  const denied = error.cause instanceof Error && 'code' in error.cause && error.cause.code === 'EACCES';
  return new HostError(denied ? 'access-denied' : 'unreachable', error.message, error);
}
