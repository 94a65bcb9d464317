import { takeBack, type Workshop } from './operation.ts';
import { type Holding, isReady, wantedOn } from './wanted.ts';

/** Whose it is, and why it comes off. */
export interface Unknown {
  readonly mitigation: string;
  readonly revision: number;
  readonly reason: string;
}

/** How the journal calls what belongs to no mitigation that it knows. */
const nobodys: Unknown = { mitigation: '(unknown)', revision: 0, reason: 'it belongs to nothing in force' };

/**
 * Takes off what of ours stands on the hosts and belongs to nothing of `holdings`: what an older Stopgap, or one whose journal is lost, left
 * there, or (`subject`) what is in force in a document that cannot be read, which then is in force no more. Answers what was changed, for
 * people.
 */
export async function tidy(
  workshop: Workshop,
  holdings: readonly Holding[],
  actor: string,
  subject: Unknown = nobodys,
): Promise<readonly string[]> {
  const { journal, clock } = workshop;
  const planned = await Promise.all(
    workshop.hosts.filter(isReady).map(async (surveyed) => {
      const wanted = wantedOn(surveyed, holdings);
      return { surveyed, plan: await surveyed.host.plan(wanted, journal.claims(surveyed.host.name)) };
    }),
  );
  const changes = planned.flatMap(({ plan }) => plan.changes);
  if (changes.length === 0 && subject === nobodys) return [];
  const about = { kind: subject === nobodys ? 'repair' : 'remove', ...subject, actor } as const;
  const operation = journal.begin({ ...about, at: clock.now(), changes });
  try {
    for (const { surveyed, plan } of planned) for (const change of plan.changes) await surveyed.host.perform(change);
    journal.reach(operation, 'performed');
    for (const { surveyed, plan } of planned) if (plan.changes.length > 0) await surveyed.host.activate();
    journal.finish(operation, subject.mitigation, { at: clock.now(), held: undefined, claims: [] });
  } catch (error) {
    if (!journal.isFinished(operation)) {
      await takeBack(workshop, { id: operation, ...about, changes });
      throw error;
    }
  }
  return changes.map(({ host, summary }) => `${host}: ${summary}`);
}
