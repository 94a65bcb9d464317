/** Header fields by lower-case name, as Node's `http` gives them. */
export type HeaderFields = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A request as it stands on the wire. */
export interface RewriteRequest {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  /** Value of the Host header, with its port if it has one. */
  readonly host: string;
  /** Path and query exactly as on the request line. */
  readonly url: string;
  readonly headers: HeaderFields;
  /** The value of one of `headers`, lower-case name, lines joined; for whoever can tell it without putting all of them together. */
  header?(name: string): string | undefined;
  readonly remoteAddr?: string;
  /** Port of the server the request arrived at; default: the host's, else the scheme's. */
  readonly serverPort?: number;
  /** As on the request line, e.g. `1.1` (the default). */
  readonly httpVersion?: string;
  readonly fileSystem?: FileSystemView;
  /** No header value is longer than this (UTF-16 code units), where whoever made the request knows; otherwise each is measured. */
  readonly headerBound?: number;
}

/** What IsFile and IsDirectory ask; paths are URL paths from the site root. */
export interface FileSystemView {
  isFile(path: string): boolean;
  isDirectory(path: string): boolean;
}

/** A response before outbound rules. */
export interface RewriteResponse {
  readonly status: number;
  readonly headers: HeaderFields;
}
