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
  /** An element that is there and stays, with these attributes: a rule that is enabled, a pool that does not start. */
  | { readonly kind: 'set'; readonly values: readonly (readonly [attribute: string, value: string])[] }
);
