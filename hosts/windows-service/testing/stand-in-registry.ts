import type { CommandResult } from '@stopgap/machine';
import type { Language } from './languages.ts';

/** A value: its type and its data as printed. */
export interface StandInValue {
  readonly type: string;
  readonly data: string;
}

/** Keys and values, and what `reg.exe` prints of them. */
export class StandInRegistry {
  /** By path, as it is spelt. */
  readonly keys = new Map<string, Map<string, StandInValue>>();
  /** Nothing may be changed. */
  readOnly = false;

  set(path: string, values: Readonly<Record<string, StandInValue | string>> = {}): void {
    const known = this.#at(path) ?? new Map<string, StandInValue>();
    for (const [name, value] of Object.entries(values)) {
      known.set(name, typeof value === 'string' ? { type: 'REG_SZ', data: value } : value);
    }
    if (!this.#at(path)) this.keys.set(path, known);
  }

  run(args: readonly string[], language: Language): CommandResult {
    const [verb = '', short = '', ...rest] = args;
    const path = full(short);
    const option = (name: string) => (rest.includes(name) ? rest[rest.indexOf(name) + 1] : undefined);
    if (verb !== 'query' && this.readOnly) return { code: 1, stdout: '', stderr: `${language.denied}\r\n` };
    if (verb === 'add') {
      this.set(path, { [option('/v') ?? '']: { type: option('/t') ?? 'REG_SZ', data: option('/d') ?? '' } });
      return done('');
    }
    const below = this.#below(path);
    const exists = below.length > 0;
    if (!exists) return { code: 1, stdout: '', stderr: `${language.noKey}\r\n` };
    if (verb === 'delete') return this.#delete(path, option('/v'));
    return this.#query(path, below, rest.includes('/s'), option('/v') ?? option('/f'));
  }

  #query(path: string, below: readonly string[], deep: boolean, word: string | undefined): CommandResult {
    const shown = deep ? below : below.filter((one) => same(one, path));
    const blocks = shown.flatMap((one) => {
      const values = [...(this.keys.get(one) ?? [])].filter(([name, { data }]) => holds(word, one, name, data));
      if (values.length === 0) return [];
      const lines = values.map(([name, { type, data }]) => `    ${name}    ${type}    ${data}`);
      return [`\n${one}\n${lines.join('\n')}\n`];
    });
    const children = deep || word !== undefined ? [] : childrenOf(path, below);
    if (word !== undefined && blocks.length === 0) return { code: 1, stdout: '', stderr: '' };
    return done(`${blocks.join('')}\n${children.map((one) => `${one}\n`).join('')}`);
  }

  #delete(path: string, value: string | undefined): CommandResult {
    if (value !== undefined) {
      const values = this.#at(path);
      const name = [...(values?.keys() ?? [])].find((one) => same(one, value));
      return values && name !== undefined && values.delete(name) ? done('') : { code: 1, stdout: '', stderr: '' };
    }
    for (const one of this.#below(path)) this.keys.delete(one);
    return done('');
  }

  #at(path: string): Map<string, StandInValue> | undefined {
    const found = [...this.keys.keys()].find((one) => same(one, path));
    return found === undefined ? undefined : this.keys.get(found);
  }

  #below(path: string): readonly string[] {
    return [...this.keys.keys()].filter(
      (one) => same(one, path) || one.toLowerCase().startsWith(`${path.toLowerCase()}\\`),
    );
  }
}

function holds(word: string | undefined, ...texts: readonly string[]): boolean {
  return word === undefined || texts.some((text) => text.toLowerCase().includes(word.toLowerCase()));
}

function childrenOf(path: string, below: readonly string[]): readonly string[] {
  const names = below.filter((one) => !same(one, path)).map((one) => one.slice(path.length + 1).split('\\')[0]);
  return [...new Set(names)].map((name) => `${path}\\${name}`);
}

function full(path: string): string {
  return path.replace(/^HKLM(?=\\|$)/i, 'HKEY_LOCAL_MACHINE');
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function done(text: string): CommandResult {
  return { code: 0, stdout: text.replaceAll('\n', '\r\n'), stderr: '' };
}
