import type { XmlElement } from '@stopgap/xml';
import type { Owner } from './marker.ts';
import type { Place } from './place.ts';

/** Something of ours that is to stand in a file. */
export type Addition = {
  readonly owner: Owner;
  readonly place: Place;
  readonly name: string;
} & (
  | {
      readonly kind: 'put';
      readonly element: XmlElement;
      /** Goes with a `<remove>` of its name in front, for a file that is read again at a level below. */
      readonly renewed: boolean;
    }
  /** A rule that is there and does the same, but is disabled: it is enabled. */
  | { readonly kind: 'enable' }
);
