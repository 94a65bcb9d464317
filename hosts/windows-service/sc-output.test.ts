import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countTriggers,
  errorNumber,
  parseDependents,
  parseStartType,
  parseStatus,
  parseStatuses,
  resumeIndex,
  type StartType,
} from './sc-output.ts';
import { type LanguageName, languages } from './testing/languages.ts';
import { StandInSc } from './testing/stand-in-sc.ts';
import { StandInServices, standInService } from './testing/stand-in-services.ts';

const names = Object.keys(languages) as LanguageName[];
const starts: readonly StartType[] = ['boot', 'system', 'auto', 'delayed-auto', 'demand', 'disabled'];

function standIn(language: LanguageName, page?: number) {
  const services = new StandInServices();
  services.add(
    standInService('Base', { triggers: 2, state: 3, waitHint: 20_000, coming: { state: 1, looks: 5, seen: 1 } }),
  );
  services.add(standInService('Needing One', { needs: ['Base'], state: 1 }));
  services.add(standInService('Further', { needs: ['Needing One', 'Base'] }));
  return { services, sc: new StandInSc(services, languages[language], page) };
}

// As a Windows prints it, letter for letter.
const queryex = `\r\nSERVICE_NAME: MSExchangeHM \r\n        TYPE               : 10  WIN32_OWN_PROCESS  \r\n        STATE              : 3  STOP_PENDING \r\n                                (STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)\r\n        WIN32_EXIT_CODE    : 0  (0x0)\r\n        SERVICE_EXIT_CODE  : 0  (0x0)\r\n        CHECKPOINT         : 0xc\r\n        WAIT_HINT          : 0x7530\r\n        PID                : 4242\r\n        FLAGS              : \r\n`;

describe('what sc.exe prints', () => {
  it('of a service is read with its type, state, checkpoint, wait hint and process', () => {
    expect(parseStatuses(queryex)).toEqual([
      { name: 'MSExchangeHM', type: 0x10, state: 3, checkpoint: 12, waitHint: 30_000, pid: 4242 },
    ]);
  });

  it('is read alike where every letter of every label, and of every word, is another one', () => {
    const [first = '', ...rest] = queryex.trim().split('\r\n');
    const strange = [first, ...rest].map((line) =>
      line.replace(/^(\s*)([A-Z_0-9]+)(\s*)(:.*)$/, (_all, blanks, label, gap, value: string) => {
        const word = label.replace(/./g, 'Ж');
        return `${blanks}${word}${gap}${value.replace(/[A-Z_]{4,}$/, 'ЖЖЖ')}`;
      }),
    );
    expect(parseStatuses(strange.join('\r\n'))).toMatchObject([{ name: 'MSExchangeHM', state: 3, waitHint: 30_000 }]);
  });

  it.each(names)('in %s is read by positions and numbers alone', (language) => {
    const { sc, services } = standIn(language);
    const told = (...args: readonly string[]) => sc.run(args);
    expect(parseStatuses(told('queryex', 'base').stdout)).toMatchObject([{ name: 'Base', state: 3, waitHint: 20_000 }]);
    expect(parseStatuses(told('EnumDepend', 'Base', '65536').stdout).map(({ name, state }) => [name, state])).toEqual([
      ['Further', 4],
      ['Needing One', 1],
    ]);
    for (const start of starts) {
      services.add(standInService('Of this type', { start }));
      expect(parseStartType(told('qc', 'of this type', '8192').stdout)).toBe(start);
    }
    expect(countTriggers(told('qtriggerinfo', 'Base').stdout)).toBe(2);
    expect(countTriggers(told('qtriggerinfo', 'Further').stdout)).toBe(0);
    const absent = told('queryex', 'Nobody');
    // As an exit code, more than 255 does not get through everywhere; what is printed does.
    expect(errorNumber(absent.code & 255, absent.stdout)).toBe(1060);
    expect(errorNumber(5, 'nothing that is known')).toBe(5);
  });

  it.each(names)('in %s of a list in pages is read to its end', (language) => {
    const { sc } = standIn(language, 2);
    const first = sc.run(['query', 'type=', 'service', 'state=', 'all']).stdout;
    expect(parseStatuses(first)).toHaveLength(2);
    expect(resumeIndex(first)).toBe(2);
    const second = sc.run(['query', 'type=', 'service', 'state=', 'all', 'ri=', '2']).stdout;
    expect(parseStatuses(second).map(({ name }) => name)).toEqual(['Further']);
    expect(resumeIndex(second)).toBeUndefined();
  });

  it('whatever it is, is read in a moment, or refused', () => {
    const word = fc.constantFrom(
      ' ',
      '  ',
      ':',
      '[SC] ',
      '\r\n',
      '\n\n',
      '        ',
      '4',
      '0x',
      'STATE',
      '(',
      '：',
      '1060:',
    );
    const text = fc.array(fc.oneof(word, fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 200 });
    let read = 0;
    fc.assert(
      fc.property(text, (parts) => {
        const printed = parts.join('');
        for (const parse of [parseStatuses, parseStatus, parseDependents, parseStartType]) {
          try {
            parse(printed);
            read++;
          } catch (error) {
            expect(error).toMatchObject({ name: 'HostError', code: 'unreachable' });
          }
        }
        for (const told of [countTriggers(printed), resumeIndex(printed) ?? 0, errorNumber(7, printed)]) {
          expect(Number.isInteger(told)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
    expect(read).toBeGreaterThan(100);
    expect(parseStatuses(`S: x\n${' '.repeat(2_000_000)}\n`)).toEqual([]);
  });

  it('that is something else is not guessed at', () => {
    expect(() => parseStatuses('X: a\n  TYPE : 10\n  STATE : nine\n')).toThrow(/not understood/);
    expect(() => parseStartType('')).toThrow(/not understood/);
    expect(() => parseStartType('S: a\n  T : 10  X\n  START : 7   NEW\n')).toThrow(/not understood/);
    expect(parseStatuses('')).toEqual([]);
  });
});
