import { readCertificate } from '../../feed/ocs/certificate.ts';
import { readSignedMessage } from '../../feed/ocs/cms.ts';
import { type Der, partsOf, readDer } from '../../feed/ocs/der.ts';
import { integerOf, oidOf, timeOf } from '../../feed/ocs/der-values.ts';
import { OcsError } from '../../feed/ocs/errors.ts';
import { issuer, leaf, root, timeRoot, tsa } from '../../feed/ocs/testing/publisher.ts';
import { timestamp } from '../../feed/ocs/testing/tsa.ts';
import { must, mustEqual } from '../engine/check.ts';
import { mutateDer } from '../engine/mutate-der.ts';
import { type OpenTarget, outcomeOf } from '../engine/target.ts';

const values = [integerOf, oidOf, timeOf];

/** DER is taken apart to the ground; its parts are its content and nothing else. Read as a certificate as well. */
export function openDer(): OpenTarget {
  return {
    seeds: [...[leaf, issuer, root, tsa].map(({ der }) => der), Buffer.from('300a0201010603550403170d', 'hex')],
    most: 64 * 1024,
    mutate: mutateDer,
    run: (input) => {
      outcomeOf(() => readCertificate(input, 'it'), OcsError);
      return outcomeOf(() => takeApart(readDer(input, 'it')), OcsError);
    },
  };
}

function takeApart(top: Der): void {
  const open = [top];
  for (let value = open.pop(); value; value = open.pop()) {
    const one = value;
    for (const reader of values) outcomeOf(() => reader(one, 'it'), OcsError);
    if ((one.tag & 0x20) === 0) continue;
    const parts = partsOf(one);
    mustEqual(Buffer.concat(parts.map(({ bytes }) => bytes)), Buffer.from(one.content), 'the parts are not the whole');
    open.push(...parts);
  }
}

/** Countersignatures. */
export function openCms(): OpenTarget {
  const token = (certificates: (typeof timeRoot)[]) =>
    timestamp(Buffer.from('x'), { tsa, issuerName: timeRoot.name, certificates, at: 0 });
  return {
    seeds: [token([timeRoot]), token([])],
    most: 64 * 1024,
    mutate: mutateDer,
    run: (input) =>
      outcomeOf(() => {
        const message = readSignedMessage(input);
        mustEqual(readSignedMessage(Buffer.from(input)), message, 'read twice, it is not the same');
        must(typeof message === 'object', 'nothing was read');
      }, OcsError),
  };
}
