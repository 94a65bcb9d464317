/**
 * A text as the bytes of a header field. Node writes fields as Latin-1; characters beyond it, which only a rule's own text can
 * hold, go out as the bytes of their UTF-8 form.
 */
export function wireText(text: string): string {
  return /[\u0100-\uffff]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}
