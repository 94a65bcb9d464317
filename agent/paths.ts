import path from 'node:path';

/** Where things are in a state folder. */
export function statePaths(stateFolder: string) {
  const inside = (...parts: string[]) => path.join(stateFolder, ...parts);
  return {
    config: inside('agent.json'),
    journal: inside('journal.sqlite'),
    lock: inside('lock.sqlite'),
    socket: inside('agent.sock'),
    feeds: inside('feeds'),
    organisationPolicy: inside('policy', 'organisation.json'),
    serverPolicy: inside('policy', 'server.json'),
  } as const;
}
