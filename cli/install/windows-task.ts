import type { Program } from './program.ts';

/** Name of the task in the Task Scheduler's library. */
export const taskName = 'Stopgap';

/**
 * The task that runs the agent: as SYSTEM, from the start of the machine on, without limits of time or power. Every five
 * minutes it is started again where it does not run (a second one is not started beside it): the scheduler's own
 * restart is only for what does not start at all. Pure.
 */
export function taskXml(program: Program, stateFolder: string): string {
  const args = [...program.flags, program.run, 'agent', 'run', '--state-dir', stateFolder];
  return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Author>stopgap agent install</Author>
    <Description>Stopgap agent: temporary, proven mitigations</Description>
  </RegistrationInfo>
  <Triggers>
    <BootTrigger><Enabled>true</Enabled></BootTrigger>
    <TimeTrigger>
      <Repetition><Interval>PT5M</Interval><StopAtDurationEnd>false</StopAtDurationEnd></Repetition>
      <StartBoundary>2020-01-01T00:00:00</StartBoundary>
      <Enabled>true</Enabled>
    </TimeTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author"><UserId>S-1-5-18</UserId><RunLevel>HighestAvailable</RunLevel></Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Hidden>false</Hidden>
    <Enabled>true</Enabled>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${escaped(program.node)}</Command>
      <Arguments>${escaped(args.map(argument).join(' '))}</Arguments>
      <WorkingDirectory>${escaped(program.checkout)}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
`;
}

/** An argument as CommandLineToArgvW reads it: backslashes count only in front of a quote. */
function argument(word: string): string {
  if (/^[^\s"]+$/.test(word)) return word;
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
