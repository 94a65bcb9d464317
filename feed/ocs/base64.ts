import { OcsError } from './errors.ts';

const form = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Strict base64 (RFC 4648, sections 3.3 and 3.5): no white space, padded, unused bits zero, so that each value has one
 * spelling and no changed character goes unnoticed. Throws `OcsError` `base64`; `what` names the value.
 */
export function fromBase64(text: string, what: string, maxBytes: number): Buffer {
  if (text.length > Math.ceil(maxBytes / 3) * 4) {
    throw new OcsError('too-large', `${what} has more than ${maxBytes} bytes, which is the most it may have`);
  }
  const bytes = form.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  if (bytes.length === 0 || bytes.toString('base64') !== text) {
    throw new OcsError('base64', `${what} is not base64 in its one strict form (no white space, unused bits zero)`);
  }
  return bytes;
}
