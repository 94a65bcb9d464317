/**
 * Whether a client may upgrade to `protocol` (the value of its Upgrade field). A protocol that carries HTTP requests itself
 * never: they would pass the rules by (`h2c` smuggling).
 */
export function mayUpgrade(protocol: string, allowed: readonly string[]): boolean {
  const names = protocol
    .toLowerCase()
    .split(',')
    .map((part) => part.trim());
  if (names.some(carriesHttp)) return false;
  return allowed.includes('*') || names.every((name) => allowed.some((one) => one.toLowerCase() === name));
}

function carriesHttp(name: string): boolean {
  return name === '' || name.startsWith('h2') || name.startsWith('h3') || /^(?:http|tls|spdy|shttp)\b/.test(name);
}
