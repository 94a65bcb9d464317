import { decodeJson, MachineError } from '@stopgap/machine';
import { readAgentConfig } from '../../agent/config.ts';
import { decodeInventoryConfig } from '../../agent/inventory/config.ts';
import { statePaths } from '../../agent/paths.ts';
import { policyLevel } from '../../agent/policy/policy.ts';
import { decodeFeedConfig } from '../../feed/consume/config.ts';
import { decodeOcsFeedConfig } from '../../feed/ocs/feed-config.ts';
import { memoryFiles } from '../../feed/testing/memory-files.ts';
import { must, mustEqual } from '../engine/check.ts';
import { mutateJson } from '../engine/mutate-json.ts';
import { type OpenTarget, outcomeOf } from '../engine/target.ts';

const decoders: readonly ((value: unknown) => unknown)[] = [
  (value) => policyLevel(value, 'policy.json'),
  (value) => decodeFeedConfig(value, 'feeds[0]', '/var/lib/stopgap/feeds'),
  (value) => decodeOcsFeedConfig(value, 'feeds[0]', '/var/lib/stopgap/feeds'),
  (value) => decodeInventoryConfig(value, 'products'),
];

/** Every refusal names the file; nothing but what the agent is told to read becomes a path outside its folder. */
export function openSettings(): OpenTarget {
  const files = memoryFiles();
  const folder = '/var/lib/stopgap';
  return {
    seeds: [
      '{"mitigationsEnabled":false,"blocked":[{"id":"CVE-1","reason":"r","by":"b","at":1,"keep":true}],"mode":"approve","approved":[{"id":"a","revision":1,"by":"b"}],"stale":{"warnAfterDays":1}}',
      '{"name":"a-1","url":"https://feed.example.org/","rootFile":"r.json","proxy":"direct","caFile":"c.pem","limits":{"rootBytes":1}}',
      '{"name":"a","kind":"ocs","url":"https://h/x.xml","trust":"microsoft"}',
      '[{"product":"exchange","detector":"exchange"},{"product":"p","detector":"command","command":["nginx","-v"],"pattern":"nginx/{version}"},{"product":"q","detector":"file-pattern","file":"/v","pattern":"{version}"}]',
      '{"feeds":[{}],"hosts":[{}],"products":[],"policy":{"server":"p.json"},"everyMinutes":5,"health":[{"command":["a"]},{"url":"http://a"}]}',
    ],
    words: ['"__proto__":', '"constructor":', '../', 'null', '[]', '{}', '1e400', '\\u0000', '{version}'],
    most: 64 * 1024,
    mutate: mutateJson,
    run: (input) => {
      const text = input.toString('utf8');
      const outcomes = decoders.map((decoder) =>
        outcomeOf(() => mustEqual(typeof decodeJson(text, 'it', decoder), 'object', 'what is decoded'), MachineError),
      );
      files.contents.set(statePaths(folder).config, input);
      outcomes.push(
        outcomeOf(() => must(readAgentConfig(files, folder).everyMinutes >= 1, 'looks without pause'), MachineError),
      );
      return outcomes.includes('accepted') ? 'accepted' : 'refused';
    },
  };
}
