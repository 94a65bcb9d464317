/** Sets a value inside parsed JSON; the path names keys, or positions in lists. `undefined` takes it out. */
export function put(json: object, path: readonly string[], value: unknown): void {
  const last = path.at(-1) ?? '';
  const parent = path.slice(0, -1).reduce<object>((at, key) => inner(at, key), json);
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else Reflect.set(parent, last, value);
}

/** A value inside parsed JSON. */
export function got(json: object, path: readonly string[]): unknown {
  return Reflect.get(
    path.slice(0, -1).reduce<object>((at, key) => inner(at, key), json),
    path.at(-1) ?? '',
  );
}

function inner(json: object, key: string): object {
  const value: unknown = Reflect.get(json, key);
  if (typeof value === 'object' && value !== null) return value;
  throw new Error(`there is no ${key} in ${JSON.stringify(json).slice(0, 200)}`);
}
