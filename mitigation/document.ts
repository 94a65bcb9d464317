import type { RewriteConfiguration } from '@stopgap/rewrite';

/**
 * A mitigation: a small, temporary change that refuses an attack until the fix is installed. The XML form is described
 * by `mitigation.xsd`; this is the form that the rest of Stopgap works with.
 */
export interface Mitigation {
  readonly id: string;
  /** Whole number from 1; a changed document has a higher one. */
  readonly revision: number;
  readonly title: string;
  readonly cves: readonly string[];
  readonly severity: 'none' | 'low' | 'medium' | 'high' | 'critical';
  /** Milliseconds since the Unix epoch. */
  readonly published: number;
  readonly expires: { readonly at: number; readonly then: 'remove' | 'keep' };
  /** Withdrawn by its publisher: taken off wherever it is applied. The reason is shown. */
  readonly withdrawn?: string;
  readonly description: string;
  readonly sideEffects: SideEffects;
  readonly references: readonly { readonly url: string; readonly title: string }[];
  /** Empty: applies to every server (heartbeat). */
  readonly applicability: readonly ProductRange[];
  readonly actions: readonly Action[];
  readonly evidence: readonly Evidence[];
}

/** What an admin must know before saying yes. Each a list of sentences; empty lists mean: none known. */
export interface SideEffects {
  /** What stops working, and for whom. */
  readonly breaks: readonly { readonly what: string; readonly who: string }[];
  /** Which monitors turn red. */
  readonly monitors: readonly string[];
  /** Whom or what it leaves unprotected. */
  readonly unprotected: readonly string[];
}

/** Where a mitigation applies: one product, branch by branch. */
export interface ProductRange {
  /** As detectors name it, e.g. `exchange`, `nginx`. */
  readonly product: string;
  /** How its builds compare; default `dotted`. */
  readonly versions?: VersionScheme;
  readonly branches: readonly Branch[];
  /** Server roles that are left out, e.g. `edge`. */
  readonly exceptRoles: readonly string[];
}

/** `dotted`: numbers by dots, e.g. 15.2.1118.9. `debian`: as Debian Policy 5.6.12 compares package versions. */
export type VersionScheme = 'dotted' | 'debian';

/** One branch of a product: builds from `from` (inclusive) up to `below` (exclusive) belong to it. */
export interface Branch {
  readonly name: string;
  readonly from: string;
  readonly below: string;
  /** Any one of them installed means fixed; empty: no fix yet. */
  readonly fixes: readonly Fix[];
}

export type Fix =
  /** Fixed from this build of the branch on. */
  | { readonly kind: 'build'; readonly build: string }
  /** Fixed where this update is installed, e.g. `KB5000871`. */
  | { readonly kind: 'update'; readonly id: string }
  /** Fixed where this package has at least this version. */
  | { readonly kind: 'package'; readonly name: string; readonly version: string };

export type ActionKind = 'urlRewrite' | 'service' | 'appPool' | 'none';

/** One change inside a mitigation. */
export type Action =
  | {
      readonly kind: 'urlRewrite';
      readonly scope: RuleScope;
      readonly rewrite: RewriteConfiguration;
      /** The `<rewrite>` element as published, for hosts that keep it as XML. */
      readonly source: string;
    }
  /** Stop and disable. `shared`: others may hold it too (a health service that would start the first one again). */
  | { readonly kind: 'service'; readonly name: string; readonly shared: boolean }
  /** Stop, and no automatic start. */
  | { readonly kind: 'appPool'; readonly name: string }
  | { readonly kind: 'none' };

export type RuleScope =
  | { readonly level: 'server' }
  | { readonly level: 'site'; readonly site: string }
  | { readonly level: 'path'; readonly site: string; readonly path: string };

/** A request through the real server, and what must become of it while the mitigation is in force. */
export interface Evidence {
  readonly name: string;
  /** `refused`: an attack. `passes`: ordinary traffic. */
  readonly expect: 'refused' | 'passes';
  readonly request: {
    readonly method: string;
    /** Path and query as on the request line. */
    readonly url: string;
    readonly headers: readonly { readonly name: string; readonly value: string }[];
    readonly body: string;
  };
  /** For outbound rules: what the response shows once patched over. */
  readonly responseHeaders: readonly { readonly name: string; readonly contains: string }[];
}
