/**
 * A reason phrase of the upstream, or nothing where it cannot stand in a status line again: `undici` reads it as UTF-8, so one in
 * Latin-1 comes damaged. It means nothing to a client (RFC 9112 section 4).
 */
export function reasonPhrase(text: string | undefined): string {
  return text !== undefined && /^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(text) ? text : '';
}

/**
 * A text as the bytes of a header field. Node writes fields as Latin-1; characters beyond it, which only a rule's own text can
 * hold, go out as the bytes of their UTF-8 form.
 */
export function wireText(text: string): string {
  return /[\u0100-\uffff]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}
