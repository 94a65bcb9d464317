import { readXml, type XmlElement, XmlError } from '@stopgap/xml';
import { must, mustEqual } from '../engine/check.ts';
import { type OpenTarget, outcomeOf } from '../engine/target.ts';

/** Whatever is read lies inside what it stands in, and is read the same again. */
export function openXml(): OpenTarget {
  return {
    seeds: [
      '<?xml version="1.0" encoding="utf-8"?>\n<a b="1" c=\'&lt;&#x41;&#65;\'><!-- x --><b/>text<![CDATA[ <c> ]]><?p i?></a>\n',
      '\ufeff<a>\r\n\t<b c="&amp;&quot;&apos;&gt;">é</b></a><!-- end -->',
      '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
      `${'<a>'.repeat(40)}${'</a>'.repeat(40)}`,
    ],
    words: ['<!--', '-->', '<![CDATA[', ']]>', '<?', '?>', '&#x', '<!DOCTYPE ', '</', '/>'],
    most: 128 * 1024,
    run: (input) => {
      const outcome = outcomeOf(() => readXml(input), XmlError);
      if (outcome === 'accepted') {
        const root = readXml(input);
        mustEqual(readXml(input), root, 'read twice, it is not the same');
        checkPlaces(root);
      }
      return outcome;
    },
  };
}

function checkPlaces(element: XmlElement): void {
  must(element.start < element.end, 'an element without extent');
  let before = element.start;
  for (const child of element.elements) {
    must(before < child.start && child.end <= element.end, `<${child.name}> lies outside <${element.name}>`);
    before = child.end - 1;
    checkPlaces(child);
  }
}
