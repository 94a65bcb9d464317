export { decodeGatewayHost, type GatewayHostConfig } from './config.ts';
export { gatewayHost, type HostWorld } from './host.ts';
