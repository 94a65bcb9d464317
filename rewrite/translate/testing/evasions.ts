/** Forms of one request target that try to be another for a rule and the same for the server. One character is one byte. */
export function evasionsOf(url: string): readonly string[] {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? '' : url.slice(mark);
  const letters = (text: string, change: (letter: string) => string, every = 1) => {
    let count = 0;
    return text.replace(/[a-z]/gi, (letter) => (count++ % every === 0 ? change(letter) : letter));
  };
  const hex = (letter: string) => letter.charCodeAt(0).toString(16);
  const once = (letter: string) => `%${hex(letter)}`;
  const upper = (letter: string) => `%${hex(letter).toUpperCase()}`;
  const twice = (letter: string) => `%25${hex(letter)}`;
  const thrice = (letter: string) => `%2525${hex(letter)}`;
  const escapedTwice = (letter: string) => [...once(letter)].map((char) => `%${hex(char)}`).join('');
  const unicode = (letter: string) => `%u00${hex(letter)}`;
  const overlong = (letter: string) => {
    const code = letter.charCodeAt(0);
    return `%${(0xc0 | (code >> 6)).toString(16)}%${(0x80 | (code & 63)).toString(16)}`;
  };
  const swapCase = (letter: string) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase());
  const all = [once, upper, twice, thrice, escapedTwice, unicode, overlong, swapCase].flatMap((change) => [
    letters(path, change) + letters(query, change),
    letters(path, change, 3) + query,
    path + letters(query, change, 3),
  ]);
  const slashes = ['//', '/./', '/x/../', '\\', '%2f', '%5c', '/x\\..\\', '/x/%2e%2e/', '/;a=b/', '/.%2f', '//x/..//'];
  return [
    url,
    ...all,
    ...slashes.map((slash) => `/${path.slice(1).replaceAll('/', slash)}${query}`),
    ...slashes.map((slash) => `${slash}${path.slice(1)}${query}`),
    ...['%00', '%0a', '%0d%0a', '%e2%80%a8', ';x=y', '%20', '+', '#', '%', '%zz', '%a', '%6', '\xff', '%c3%a9'].flatMap(
      (noise) => [
        `${path}${noise}${query}`,
        `${path}${query === '' ? '?' : query}${noise}`,
        `${path}${query.replace(/[&=@]/g, (char) => noise + char)}`,
        `/${noise}${path.slice(1)}${query}`,
      ],
    ),
    `http://mail.example.org${url}`,
    `HTTP://other.example.org:81${url}`,
    url.toUpperCase(),
    `${url}?`,
    `${url}#x`,
  ];
}
