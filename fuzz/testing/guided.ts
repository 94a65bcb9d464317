import { parseStatuses } from '../../hosts/windows-service/sc-output.ts';
import type { OpenTarget } from '../engine/target.ts';

/** Fails once a reader of a room, which starts from nothing here, has accepted something: reached by what is new on the way alone. */
export function openGuided(): OpenTarget {
  return {
    seeds: [''],
    most: 200,
    run: (input) => {
      try {
        if (parseStatuses(input.toString()).length === 0) return 'refused';
      } catch {
        return 'refused';
      }
      throw new Error('accepted');
    },
  };
}
