import type { Position, XmlElement } from '@stopgap/xml';
import type { MitigationErrorCode, MitigationFinding } from './errors.ts';
import { maxFindings } from './limits.ts';

/** A finding and the element it is about. */
interface PlacedFinding extends MitigationFinding {
  readonly element: XmlElement;
}

/** Collects what is wrong with one document. */
export class Findings {
  readonly #found: PlacedFinding[] = [];

  /** Notes a finding at `position` (default: the element's own). */
  add(code: MitigationErrorCode, message: string, element: XmlElement, position: Position = element.position): void {
    if (this.#found.length < maxFindings) this.#found.push({ code, message, position, element });
  }

  /** Whether nothing was found in the element or anything inside it: only then is it worth decoding. */
  clean(element: XmlElement): boolean {
    return !this.#found.some((f) => f.element.start >= element.start && f.element.start < element.end);
  }

  /** Whether something was already found about this very element. */
  about(element: XmlElement): boolean {
    return this.#found.some((f) => f.element === element);
  }

  /** All, in the order of the text. */
  list(): MitigationFinding[] {
    return this.#found
      .map(({ code, message, position }) => ({ code, message, position }))
      .sort((a, b) => a.position.line - b.position.line || a.position.column - b.position.column);
  }
}
