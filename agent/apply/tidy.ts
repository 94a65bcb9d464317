import { takeBack, type Workshop } from './operation.ts';
import { type Holding, isReady, wantedOn } from './wanted.ts';

/** How the journal calls what belongs to no mitigation that it knows. */
const nobodys = '(unknown)';

/**
 * Takes off what of ours stands on the hosts and belongs to nothing that is in force: what an older Stopgap, or one whose
 * journal is lost, left there. Answers what was changed, for people.
 */
export async function tidy(
  workshop: Workshop,
  holdings: readonly Holding[],
  actor: string,
): Promise<readonly string[]> {
  const { journal, clock } = workshop;
  const planned = await Promise.all(
    workshop.hosts.filter(isReady).map(async (surveyed) => {
      const wanted = wantedOn(surveyed, holdings);
      return { surveyed, plan: await surveyed.host.plan(wanted, journal.claims(surveyed.host.name)) };
    }),
  );
  const changes = planned.flatMap(({ plan }) => plan.changes);
  if (changes.length === 0) return [];
  const about = {
    kind: 'repair',
    mitigation: nobodys,
    revision: 0,
    actor,
    reason: 'it belongs to nothing in force',
  } as const;
  const operation = journal.begin({ ...about, at: clock.now(), changes });
  try {
    for (const { surveyed, plan } of planned) for (const change of plan.changes) await surveyed.host.perform(change);
    journal.reach(operation, 'performed');
    for (const { surveyed, plan } of planned) if (plan.changes.length > 0) await surveyed.host.activate();
    journal.finish(operation, nobodys, { at: clock.now(), held: undefined, claims: [] });
  } catch (error) {
    if (!journal.isFinished(operation)) {
      await takeBack(workshop, { id: operation, ...about, changes });
      throw error;
    }
  }
  return changes.map(({ host, summary }) => `${host}: ${summary}`);
}
