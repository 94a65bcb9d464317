/** What is known about one product on this server. Detectors find it; `judge` compares it with a mitigation. */
export interface ProductFacts {
  /** As mitigations name it, e.g. `exchange`. */
  readonly product: string;
  /** Build or version as installed; `undefined`: it is there, but which build could not be told. */
  readonly build: string | undefined;
  /** Lower case, e.g. `mailbox`, `edge`. */
  readonly roles: readonly string[];
  /** Installed updates, e.g. `KB5000871`. */
  readonly updates: readonly string[];
  /** Debian packages of this product and their versions. */
  readonly packages: ReadonlyMap<string, string>;
  /** How it was found, for people, e.g. `declared in agent.json`. */
  readonly source: string;
}
