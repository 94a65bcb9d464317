/** Numbers of Windows errors that services answer with (winerror.h). */
export const errors = {
  accessDenied: 5,
  moreData: 234,
  dependentsRun: 1051,
  invalidControl: 1052,
  noAnswer: 1053,
  databaseLocked: 1055,
  alreadyRuns: 1056,
  disabled: 1058,
  notInstalled: 1060,
  notNow: 1061,
  notStarted: 1062,
  markedForDeletion: 1072,
} as const;

/** In our words: sc.exe's own are in the language of Windows, and in an encoding that is not told. */
const sentences: ReadonlyMap<number, string> = new Map([
  [errors.accessDenied, 'access is denied; the agent has to run as SYSTEM or as Administrator'],
  [errors.dependentsRun, 'services that depend on it are running'],
  [errors.invalidControl, 'it does not accept being stopped'],
  [errors.noAnswer, 'it did not answer in time; see the System event log'],
  [1054, 'no thread could be made for it'],
  [errors.databaseLocked, 'the service database is locked by another program'],
  [errors.alreadyRuns, 'it runs already'],
  [1057, 'its account does not exist, or its password is wrong'],
  [errors.disabled, 'it is disabled, or has no enabled device'],
  [errors.notInstalled, 'there is no such service'],
  [errors.notNow, 'it takes no orders at this moment'],
  [errors.notStarted, 'it is not running'],
  [1064, 'it failed while it handled the order'],
  [1066, 'it ended with an error of its own; see the System event log'],
  [1067, 'its process ended unexpectedly; see the System event log'],
  [1068, 'a service or group that it depends on did not start'],
  [1069, 'its account cannot log on; see that its password is right'],
  [errors.markedForDeletion, 'it is marked for deletion and goes with the next restart'],
  [1075, 'a service that it depends on does not exist, or is marked for deletion'],
  [1115, 'Windows is shutting down'],
  [1722, 'the service control manager does not answer'],
]);

/** `error 1060: there is no such service`. */
export function explain(code: number): string {
  const sentence = sentences.get(code);
  return sentence === undefined ? `Windows error ${code} (see net helpmsg ${code})` : `error ${code}: ${sentence}`;
}
